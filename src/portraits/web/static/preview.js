// @ts-check
// A card beside a customer's name: comes when somebody points at the name or reaches it by keyboard,
// stays while it is pointed at, goes with Escape. The server makes it; its texts are escaped there.

const WAIT = 350; // ms: who only passes over names sees nothing
const LEAVE = 200;
const GAP = 6;

/** @type {Map<string, Promise<string>>} */
const asked = new Map();
const card = document.createElement('div');
card.className = 'preview';
card.id = 'preview';
card.hidden = true;
(document.getElementById('main') ?? document.body).append(card);

/** @type {HTMLElement|null} */
let near = null;
let timer = 0;

/** @param {EventTarget|null} target */
function named(target) {
  const link = target instanceof Element ? target.closest('[data-preview]') : null;
  return link instanceof HTMLElement ? link : null;
}

/** @param {string} path */
function fetched(path) {
  const known = asked.get(path);
  if (known) return known;
  const answer = fetch(path)
    .then((found) => (found.ok ? found.text() : ''))
    .catch(() => '');
  asked.set(path, answer);
  answer.then((text) => text || asked.delete(path));
  return answer;
}

/** @param {HTMLElement} link */
async function show(link) {
  near = link;
  const text = await fetched(link.getAttribute('data-preview') ?? '');
  if (near !== link || !text) return;
  card.innerHTML = text;
  card.hidden = false;
  link.setAttribute('aria-describedby', card.id);
  const place = link.getBoundingClientRect();
  const below = place.bottom + GAP + card.offsetHeight < innerHeight;
  const top = below ? place.bottom + GAP : Math.max(GAP, place.top - GAP - card.offsetHeight);
  card.style.top = `${top}px`;
  card.style.left = `${Math.max(GAP, Math.min(place.left, innerWidth - card.offsetWidth - GAP))}px`;
}

function hide() {
  clearTimeout(timer);
  near?.removeAttribute('aria-describedby');
  near = null;
  card.hidden = true;
}

/** @param {() => void} act @param {number} wait */
function soon(act, wait) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

/** @param {EventTarget|null} target */
function meet(target) {
  if (target instanceof Node && card.contains(target)) return clearTimeout(timer);
  const link = named(target);
  if (link && link === near) clearTimeout(timer);
  else if (link) soon(() => (hide(), show(link)), WAIT);
  else if (!card.hidden || near) soon(hide, LEAVE);
  else clearTimeout(timer);
}

// A finger has no hovering; it opens the portrait itself.
if (matchMedia('(hover: hover)').matches) document.addEventListener('pointerover', (event) => meet(event.target));
document.addEventListener('focusin', (event) => {
  if (event.target instanceof Element && event.target.matches(':focus-visible')) meet(event.target);
});
document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
addEventListener('scroll', () => card.hidden || hide(), { passive: true });
addEventListener('blur', hide);

export {};
