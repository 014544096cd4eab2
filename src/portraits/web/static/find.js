// @ts-check
// The search box: suggests customers while somebody types; Enter without a choice opens the list.

/** @typedef {{id: string, name: string, phone: string, email: string}} Person */
/** @typedef {typeof import('../bundles/islands.js')} Islands */

const WAIT = 120; // ms without a key before asking

/**
 * Make a search form suggest.
 * @param {Element} form
 * @param {Islands} islands
 */
export function suggest(form, { html, render, useEffect, useState }) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input'));
  const place = document.createElement('div');
  form.append(place);
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-controls': 'found',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
  }))
    input.setAttribute(name, value);

  function Found() {
    const [people, show] = useState(/** @type {Person[]|null} */ (null));
    const [chosen, choose] = useState(-1);
    useEffect(() => listen(form, input, show, choose), []);
    useEffect(() => keys(input, people ?? [], chosen, choose, () => show(null)), [people, chosen]);
    useEffect(() => {
      input.setAttribute('aria-expanded', String(people !== null));
      if (people?.[chosen]) input.setAttribute('aria-activedescendant', `found-${chosen}`);
      else input.removeAttribute('aria-activedescendant');
    }, [people, chosen]);
    if (people === null) return null;
    if (!people.length) return html`<div class="found" id="found" role="status"><p>${form.getAttribute('data-none')}</p></div>`;
    return html`<div class="found" id="found" role="listbox" aria-label=${input.getAttribute('aria-label')}>
      ${people.map(
        (each, at) =>
          html`<a id=${`found-${at}`} role="option" tabindex="-1" aria-selected=${at === chosen} href=${path(each)}>
            <b>${each.name || each.id}</b><span>${each.name ? each.id : each.phone}</span>
          </a>`,
      )}
    </div>`;
  }
  render(html`<${Found} />`, place);
}

/** @param {Person} person */
function path(person) {
  return `/customers/${encodeURIComponent(person.id)}`;
}

/**
 * Ask while somebody types; the last question wins.
 * @param {Element} form
 * @param {HTMLInputElement} input
 * @param {(people: Person[]|null) => void} show
 * @param {(at: number) => void} choose
 */
function listen(form, input, show, choose) {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (!text) return show(null);
    const answer = await fetch(`/api/customers?size=7&search=${encodeURIComponent(text)}`).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (mine !== asked) return;
    choose(-1);
    show(found ? found.customers : null);
  };
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  };
  const left = (/** @type {Event} */ event) => {
    if (event instanceof FocusEvent && event.relatedTarget instanceof Node && form.contains(event.relatedTarget)) return;
    asked++;
    show(null);
  };
  input.addEventListener('input', typed);
  form.addEventListener('focusout', left);
  if (input.value) typed();
  return () => {
    input.removeEventListener('input', typed);
    form.removeEventListener('focusout', left);
  };
}

/**
 * Arrow keys choose, Enter opens, Escape closes.
 * @param {HTMLInputElement} input
 * @param {Person[]} people
 * @param {number} chosen
 * @param {(at: number) => void} choose
 * @param {() => void} close
 */
function keys(input, people, chosen, choose, close) {
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') return close();
    if (!people.length) return;
    if (event.key === 'Enter' && people[chosen]) {
      event.preventDefault();
      location.assign(path(people[chosen]));
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    choose((chosen + step + people.length + (chosen < 0 && step < 0 ? 1 : 0)) % people.length);
  };
  input.addEventListener('keydown', pressed);
  return () => input.removeEventListener('keydown', pressed);
}
