// @ts-check
// A part of a page that follows what goes on at the server: asked for again until it says that it is done.

const EACH = 1500; // ms
const lost = document.createElement('p');
lost.className = 'fault';
lost.setAttribute('role', 'alert');

/** Put the new children in, and the focus back to where it was. @param {Element} part @param {Element} fresh */
function put(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  const focused = document.activeElement?.id;
  part.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus();
}

/** Ask once; whether to go on. @param {Element} part */
async function follow(part) {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  if (!answer?.ok) {
    lost.textContent = part.getAttribute('data-live');
    part.before(lost);
    return true;
  }
  lost.remove();
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id);
  if (!fresh) return false;
  put(part, fresh);
  return fresh.hasAttribute('data-live');
}

/** @param {Element} part */
function watch(part) {
  setTimeout(async () => {
    if (document.hidden || (await follow(part))) watch(part);
  }, EACH);
}

for (const part of document.querySelectorAll('[data-live]')) watch(part);
