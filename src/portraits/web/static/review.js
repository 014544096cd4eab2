// @ts-check
// The review of pairs: keys press its buttons, and the next pair comes without a new page. Without this it is all forms.

const pair = /** @type {HTMLElement} */ (document.getElementById('pair'));
const trouble = document.getElementById('trouble');

/** Show what the server answers in the place of the same parts. @param {string} url @param {RequestInit} [how] */
async function show(url, how) {
  const answer = await fetch(url, how).catch(() => null);
  if (trouble) trouble.hidden = answer !== null;
  if (!answer) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (!answer.ok || !fresh.getElementById('pair')) return location.assign(location.href);
  for (const part of document.querySelectorAll('[data-part]')) {
    part.replaceChildren(...(fresh.getElementById(part.id)?.childNodes ?? []));
  }
  document.dispatchEvent(new Event('partschange'));
  history.replaceState(null, '', answer.url);
  pair.focus({ preventScroll: true });
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !/\/(decide|undo)$/.test(new URL(form.action).pathname)) return;
  event.preventDefault();
  const said = /** @type {any} */ (new FormData(form, event.submitter));
  show(form.action, { method: 'POST', body: new URLSearchParams(said) });
});

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-key]') : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.href);
});

document.addEventListener('keydown', (event) => {
  const here = document.activeElement;
  const free = here === document.body || here?.id === 'main' || here?.closest('#pair, #told');
  if (!free || here instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button instanceof HTMLElement) button.click();
});

export {};
