// @ts-check
// The page of an audience: the rule as a tree and as text, with live numbers, undo and redo.

import { makeEditor, send } from './audience_editor.js';
import { GroupPart } from './audience_parts.js';
import { isGroup, newTree, rulesOf, added, removed, turned } from './audience_tree.js';
import { html, render } from './island.js';

/** @typedef {import('./audience_parts.js').Tag} Tag */
/** @typedef {import('./audience_parts.js').Board} Board */

const place = /** @type {HTMLElement} */ (document.getElementById('builder'));
const given = JSON.parse(document.getElementById('audience')?.textContent ?? '{}');
const language = document.documentElement.lang;
const form = /** @type {HTMLFormElement|null} */ (document.getElementById('save'));
const digits = new Intl.NumberFormat(language);
const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
/** @type {Map<string, Tag>} */
const tags = new Map(given.tags.map((/** @type {Tag} */ tag) => [tag.name, tag]));
let fresh = '';

/** @param {string} key @param {Record<string, string>} [values] */
const t = (key, values = {}) => (given.words[key] ?? key).replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name] ?? '');
/** @param {{en: string, zh: string}|null} text */
const text = (text) => (text ? (language.startsWith('zh') ? text.zh : text.en) : '');

const { editor, begin } = makeEditor(given, draw);

/** @param {string} tag @param {string} search */
async function values(tag, search) {
  const found = await send('/api/audiences/values', 'POST', { tag, search });
  /** @param {any} value */
  const named = (value) => tags.get(tag)?.labels[value] ?? String(value);
  return (found?.values ?? []).map((/** @type {{value: any, n: number}} */ each) => ({
    key: JSON.stringify(each.value),
    text: named(each.value),
    note: digits.format(each.n),
  }));
}

/** Whether the numbers are not those of what stands there now. */
const isStale = () => editor.waiting || editor.faults.length > 0;

/** @returns {Board} */
function board() {
  const { answer, state } = editor;
  return {
    tags,
    counts: new Map((answer?.parts ?? []).map((part) => [part.path, part])),
    base: answer?.base ?? 0,
    stale: isStale(),
    fresh,
    t,
    text,
    values,
    number: (n) => digits.format(n),
    share: (n) => percent.format(answer?.base ? n / answer.base : 0),
    change: (path, part, mark) => editor.edit({ tree: turned(state.tree, path, () => part), source: 'tree' }, mark),
    add: (path, part) => {
      fresh = isGroup(part) ? part.rules[0].key : part.key;
      editor.edit({ tree: added(state.tree, path, part), source: 'tree' });
    },
    remove: (path) => editor.edit({ tree: removed(state.tree, path), source: 'tree' }),
  };
}

function Builder() {
  const { state, answer, faults } = editor;
  const asText = state.source === 'text' && Boolean(state.reason) && !faults.length;
  return html`<section class="card tree" aria-labelledby="rule-title">
      <header>
        <h2 id="rule-title">${t('rule')}</h2>
        <div class="tools">
          <button type="button" class="button" disabled=${!editor.past.length} aria-keyshortcuts="Control+Z" title="Ctrl+Z" onClick=${editor.undo}>${t('undo')}</button>
          <button type="button" class="button" disabled=${!editor.future.length} aria-keyshortcuts="Control+Shift+Z" title="Ctrl+Shift+Z" onClick=${editor.redo}>${t('redo')}</button>
        </div>
      </header>
      ${editor.lost && html`<p class="lost" role="alert">${t('lost')}</p>`}
      ${
        asText
          ? html`<div class="reason"><p>${t('as_text')} ${text(state.reason)}</p>
            <button type="button" class="button" onClick=${() => editor.edit({ tree: newTree(), source: 'tree', reason: null })}>${t('start_tree')}</button></div>`
          : html`<${GroupPart} group=${state.tree} path=${[]} board=${board()} />`
      }
      <label class="expression"><span>${t('expression')}</span>
        <textarea class="code" rows="3" spellcheck="false" autocapitalize="off" maxlength="10000" aria-invalid=${faults.length ? 'true' : undefined}
          aria-describedby=${faults.length ? 'rule-faults' : undefined} value=${state.text}
          onInput=${(/** @type {InputEvent} */ event) => editor.edit({ text: /** @type {HTMLTextAreaElement} */ (event.target).value, source: 'text' }, 'text')}></textarea>
      </label>
      ${faults.length > 0 && html`<div id="rule-faults" role="alert">${faults.map((each) => html`<p class="fault">${each.what} ${each.hint}</p>`)}</div>`}
    </section>
    <section class="card result" aria-labelledby="result-title" aria-busy=${String(editor.waiting)}>
      <h2 id="result-title">${t('result')}</h2>
      <p class=${isStale() ? 'total stale' : 'total'} role="status"><b id="total">${answer ? digits.format(answer.n) : '–'}</b> <span>${t('customers')}</span></p>
      ${
        answer &&
        html`<p class=${isStale() ? 'stale' : ''}>${t('of_base', { base: digits.format(answer.base), share: percent.format(answer.share) })}</p>
          <i class="gauge wide" aria-hidden="true"><i style=${{ inlineSize: `${Math.round(100 * answer.share)}%` }}></i></i>`
      }
      ${answer && !answer.complete && html`<p class="note">${t('unfinished')}</p>`}
      ${onlyExcludes() && html`<p class="note">${t('only_excludes')}</p>`}
      <h3>${t('in_words')}</h3>
      <p class="sentence">${answer?.sentence ? text(answer.sentence) : t('everybody')}</p>
      <p class="muted small" role="status">${editor.draft === 'kept' ? t('kept') : editor.draft === 'keeping' && !editor.lost ? t('keeping') : ''}</p>
    </section>`;
}

/** Whether nothing is included, so that everybody is who is not excluded. */
function onlyExcludes() {
  const { tree, source } = editor.state;
  const done = tree.rules.filter((part) => rulesOf(part).length);
  return source === 'tree' && done.length > 0 && done.every((part) => isGroup(part) && part.group === 'none');
}

function draw() {
  render(html`<${Builder} />`, place);
  if (!form) return;
  const { answer, faults, waiting } = editor;
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field('rule').value = answer?.text ?? '';
  field('draft').value = editor.id;
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  button.disabled = waiting || faults.length > 0 || !answer?.text || !answer.complete;
}

document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.target instanceof Node && form?.contains(event.target))) return;
  const pressed = event.key.toLowerCase();
  if (pressed !== 'z' && pressed !== 'y') return;
  event.preventDefault();
  if (pressed === 'y' || event.shiftKey) editor.redo();
  else editor.undo();
});

place.replaceChildren();
await begin();
document.documentElement.dataset.drawn = 'yes';
