// @ts-check
// The search box: suggests while somebody types; Enter without a choice opens the page of the search.

/** @typedef {{en: string, zh: string}} Text */
/** @typedef {{name: string, title: Text, about: Text|null, href: string}} Hit */
/** @typedef {{kind: string, hits: Hit[], total: number}} Group */
/** @typedef {typeof import('../bundles/islands.js')} Islands */

const WAIT = 120; // ms without a key before asking

/** @param {Text|null} text */
function said(text) {
  return text ? (document.documentElement.lang.startsWith('zh') ? text.zh : text.en) : '';
}

/** @param {string} text */
function whole(text) {
  return `/search?q=${encodeURIComponent(text)}`;
}

/**
 * Make a search form suggest.
 * @param {HTMLElement} form
 * @param {Islands} islands
 */
export function suggest(form, { html, render, useEffect, useRef, useState }) {
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
    const [groups, show] = useState(/** @type {Group[]|null} */ (null));
    const [chosen, choose] = useState(-1);
    const paths = (groups ?? []).flatMap((group) => group.hits.map((hit) => hit.href));
    if (paths.length) paths.push(whole(input.value));
    // Read by the keys as it is now: effects come after the next paint, and fingers may be faster.
    const now = useRef({ paths, chosen });
    now.current = { paths, chosen };
    useEffect(() => listen(form, input, show, choose), []);
    useEffect(() => keys(input, now, choose, () => show(null)), []);
    useEffect(() => {
      input.setAttribute('aria-expanded', String(groups !== null));
      if (paths[chosen]) input.setAttribute('aria-activedescendant', `found-${chosen}`);
      else input.removeAttribute('aria-activedescendant');
      document.getElementById(`found-${chosen}`)?.scrollIntoView({ block: 'nearest' });
    }, [groups, chosen]);
    if (groups === null) return null;
    if (!paths.length) return html`<div class="found" id="found" role="status"><p>${form.dataset.none}</p></div>`;
    let at = -1;
    /** @param {string} href @param {unknown} content @param {string} [mark] */
    const option = (href, content, mark = '') => {
      at += 1;
      return html`<a id=${`found-${at}`} class=${mark} role="option" tabindex="-1" aria-selected=${at === chosen} href=${href}>${content}</a>`;
    };
    return html`<div class="found" id="found" role="listbox" aria-label=${input.getAttribute('aria-label')}>
      ${groups.map(
        (group) => html`<div role="group" aria-label=${form.dataset[group.kind]}>
          <h3 role="presentation">${form.dataset[group.kind]}</h3>
          ${group.hits.map((hit) => option(hit.href, html`<b>${said(hit.title)}</b><span>${said(hit.about)}</span>`))}
        </div>`,
      )}
      ${option(whole(input.value), form.dataset.all, 'all')}
    </div>`;
  }
  render(html`<${Found} />`, place);
}

/**
 * Ask while somebody types; the last question wins.
 * @param {Element} form
 * @param {HTMLInputElement} input
 * @param {(groups: Group[]|null) => void} show
 * @param {(at: number) => void} choose
 */
function listen(form, input, show, choose) {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const text = input.value.trim();
    const mine = ++asked;
    if (!text) return show(null);
    const answer = await fetch(`/api/search?q=${encodeURIComponent(text)}`).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (mine !== asked) return;
    choose(-1);
    show(found ? found.groups : null);
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
 * @param {{current: {paths: string[], chosen: number}}} now
 * @param {(at: number) => void} choose
 * @param {() => void} close
 */
function keys(input, now, choose, close) {
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const { paths, chosen } = now.current;
    if (event.key === 'Escape') return close();
    if (!paths.length) return;
    if (event.key === 'Enter' && paths[chosen]) {
      event.preventDefault();
      location.assign(paths[chosen]);
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    choose((chosen + step + paths.length + (chosen < 0 && step < 0 ? 1 : 0)) % paths.length);
  };
  input.addEventListener('keydown', pressed);
  return () => input.removeEventListener('keydown', pressed);
}
