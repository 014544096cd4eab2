// @ts-check
// The form of a tag: shows what the tag would be while somebody writes it, and what is wrong beside its field.

const WAIT = 350; // ms without a key before asking
const PATIENCE = 3000; // ms after which the server is said to be lost

const form = /** @type {HTMLFormElement|null} */ (document.querySelector('form[data-preview]'));
const place = document.getElementById('preview');
const lost = document.createElement('p');
lost.className = 'fault';
lost.setAttribute('role', 'alert');

/** Say what is wrong, each beside its field. @param {HTMLFormElement} form @param {Record<string, string[]>} faults */
function tell(form, faults) {
  for (const line of form.querySelectorAll('[data-fault-of]')) {
    const name = line.getAttribute('data-fault-of') ?? '';
    const texts = faults[name] ?? [];
    const field = form.querySelector(`[id="${CSS.escape(name === 'name' ? name : `f.${name}`)}"]`);
    const said = line.querySelector('span');
    if (said) said.textContent = texts.join(' ');
    line.toggleAttribute('hidden', !texts.length);
    if (texts.length) field?.setAttribute('aria-invalid', 'true');
    else field?.removeAttribute('aria-invalid');
  }
}

/** Put the preview into the page; whether a list was open stays as it was. @param {HTMLElement} place @param {string} html */
function show(place, html) {
  const open = place.querySelector('details')?.hasAttribute('open') ?? false;
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  place.replaceChildren(...fresh.body.childNodes);
  if (open) place.querySelector('details')?.setAttribute('open', '');
  place.removeAttribute('aria-busy');
}

/** @param {HTMLFormElement} form @param {HTMLElement} place */
function follow(form, place) {
  let timer = 0;
  /** @type {AbortController|null} */
  let asking = null;
  const ask = async () => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    place.setAttribute('aria-busy', 'true');
    const late = setTimeout(() => place.prepend(lost), PATIENCE);
    lost.textContent = form.getAttribute('data-lost');
    try {
      const answer = await fetch(form.getAttribute('data-preview') ?? '', { method: 'POST', body: new FormData(form), signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const { html, faults } = await answer.json();
      if (mine !== asking) return;
      lost.remove();
      show(place, html);
      tell(form, faults);
    } catch (error) {
      if (mine !== asking || mine.signal.aborted) return;
      place.prepend(lost);
      timer = setTimeout(ask, PATIENCE); // until the server is there again
    } finally {
      clearTimeout(late);
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

if (form && place) follow(form, place);
