// @ts-check
// Choice: a field that proposes while somebody types; arrow keys choose, Enter takes, Escape closes.

import { html, useEffect, useRef, useState } from './island.js';

/** @typedef {{key: string, text: string, note?: string, mark?: string}} Option */
/**
 * @typedef {{label: string, text: string, hint: string, none: string, ask: (typed: string) => Promise<Option[]>,
 *   pick: (option: Option) => void, free?: (text: string) => void, eager?: boolean, invalid?: boolean}} Asked
 */

const WAIT = 120; // ms without a key before asking
let number = 0;

/** The proposal that Enter takes: what was typed itself, else what begins with it, else the first. @param {Option[]} found @param {string} typed */
function best(found, typed) {
  const text = typed.trim().toLowerCase();
  if (!text) return -1;
  const names = found.map((each) => [each.text.toLowerCase(), each.key.toLowerCase().replace(/^"|"$/g, '')]);
  const same = names.findIndex((name) => name.includes(text));
  const begins = names.findIndex((name) => name.some((each) => each.startsWith(text)));
  return same >= 0 ? same : begins >= 0 ? begins : found.length ? 0 : -1;
}

/** @param {Asked} asked */
export function Choice({ label, text, hint, none, ask, pick, free, eager, invalid }) {
  const [typed, type] = useState(/** @type {string|null} */ (null));
  const [options, offer] = useState(/** @type {Option[]|null} */ (null));
  const [chosen, choose] = useState(-1);
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const id = useRef(`choice-${++number}`).current;
  const asking = useRef(0);
  const answered = useRef(/** @type {string|null} */ (null));

  useEffect(() => {
    if (eager) field.current?.focus();
  }, []);
  useEffect(() => {
    if (typed === null) return undefined;
    const mine = ++asking.current;
    const timer = setTimeout(async () => {
      const found = await ask(typed).catch(() => []);
      if (mine !== asking.current) return;
      answered.current = typed;
      offer(found);
      choose(best(found, typed));
    }, options ? WAIT : 0);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const begin = () => type(typed ?? (free ? text : ''));
  const close = () => {
    asking.current++;
    type(null);
    offer(null);
    choose(-1);
  };
  const take = (/** @type {Option} */ option) => {
    close();
    pick(option);
  };
  const leave = () => {
    const text = typed?.trim();
    close();
    if (free && text) free(text);
  };
  /** Enter is about what stands in the field now, though its proposals may be under way. */
  const enter = async () => {
    if (typed === null) return;
    const fresh = answered.current === typed ? options : await ask(typed).catch(() => []);
    const found = fresh?.[answered.current === typed ? chosen : best(fresh, typed)];
    if (found) take(found);
    else if (free) leave();
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && options) {
      event.stopPropagation();
      return close();
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      enter();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return undefined;
    event.preventDefault();
    if (!options) return begin();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    return choose((chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % (options.length || 1));
  };
  return html`<div class="chooser">
    <input ref=${field} type="text" role="combobox" aria-label=${label} aria-expanded=${String(options !== null)}
      aria-controls=${id} aria-autocomplete="list" aria-invalid=${invalid ? 'true' : undefined}
      aria-activedescendant=${options?.[chosen] ? `${id}-${chosen}` : undefined}
      autocomplete="off" spellcheck="false" maxlength="200" placeholder=${hint} value=${typed ?? text}
      onFocus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
      onClick=${begin} onInput=${(/** @type {InputEvent} */ event) => type(/** @type {HTMLInputElement} */ (event.target).value)}
      onKeyDown=${keys} onBlur=${leave} />
    ${
      options &&
      html`<div class="offered" id=${id} role="listbox" aria-label=${label}>
        ${options.map(
          (each, at) => html`<div role="option" key=${each.key} id=${`${id}-${at}`} aria-selected=${String(at === chosen)}
            onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()} onClick=${() => take(each)}>
            <span>${each.mark && html`<i class=${`method ${each.mark}`} aria-hidden="true"></i>`}${each.text}</span>
            ${each.note && html`<small>${each.note}</small>`}
          </div>`,
        )}
        ${!options.length && html`<p role="option" aria-selected="false" aria-disabled="true">${none}</p>`}
      </div>`
    }
  </div>`;
}
