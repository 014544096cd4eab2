// @ts-check
// The parts of a rule on the page: groups of conditions, each with how many customers it chooses.

import { Choice } from './audience_choice.js';
import { isDone, operators, shown, takes, withOperator } from './audience_operators.js';
import { LEVELS, isGroup, newGroup, newRule } from './audience_tree.js';
import { html } from './island.js';

/** @typedef {import('./audience_tree.js').Rule} Rule */
/** @typedef {import('./audience_tree.js').Group} Group */
/** @typedef {import('./audience_tree.js').Path} Path */
/** @typedef {import('./audience_editor.js').Count} Count */
/**
 * @typedef {{name: string, title: string, group: string, type: string, unit: string, method: string, personal: boolean,
 *   labels: Record<string, string>}} Tag
 */
/**
 * @typedef {{tags: Map<string, Tag>, counts: Map<string, Count>, base: number, stale: boolean, fresh: string,
 *   t: (key: string, values?: Record<string, string>) => string, number: (n: number) => string,
 *   text: (text: {en: string, zh: string}|null) => string, share: (n: number) => string,
 *   change: (path: Path, rule: Rule|Group, mark?: string) => void, add: (path: Path, part: Rule|Group) => void,
 *   remove: (path: Path) => void, values: (tag: string, typed: string) => Promise<import('./audience_choice.js').Option[]>}} Board
 */

/** @param {{group: Group, path: Path, board: Board}} given */
export function GroupPart({ group, path, board }) {
  const { t } = board;
  const root = !path.length;
  const level = path.length + 1;
  const joins = root ? ['all', 'any'] : ['all', 'any', 'none'];
  const name = root ? t('root') : group.group === 'none' ? t('excluding') : t('including');
  return html`<div class=${`branch ${group.group}`} role="group" aria-label=${name}>
    <div class="branch-head">
      <select aria-label=${t('join')} value=${group.group}
        onChange=${(/** @type {Event} */ event) => board.change(path, { ...group, group: /** @type {any} */ (event.target).value })}>
        ${joins.map((each) => html`<option key=${each} value=${each} selected=${each === group.group}>${t(`join_${each}`)}</option>`)}
      </select>
      <${Numbers} path=${path} board=${board} group=${group} />
      ${!root && html`<${Remove} path=${path} board=${board} label=${t('remove_group')} />`}
    </div>
    <div class="branch-rules">
      ${group.rules.map((part, at) => {
        const place = [...path, at];
        return isGroup(part)
          ? html`<${GroupPart} key=${part.key} group=${part} path=${place} board=${board} />`
          : html`<${RulePart} key=${part.key} rule=${part} path=${place} board=${board} />`;
      })}
      ${root && !group.rules.length && html`<p class="muted small">${t('empty')}</p>`}
    </div>
    <div class="branch-foot">
      <button type="button" class="grow" data-add="rule" onClick=${() => board.add(path, newRule())}>+ ${t('add_rule')}</button>
      ${
        level < LEVELS &&
        html`<button type="button" class="grow" data-add="group" onClick=${() => board.add(path, newGroup('any'))}>+ ${t('add_group')}</button>
          <button type="button" class="grow" data-add="exclude" onClick=${() => board.add(path, newGroup('none'))}>− ${t('add_exclude')}</button>`
      }
    </div>
  </div>`;
}

/** @param {{rule: Rule, path: Path, board: Board}} given */
function RulePart({ rule, path, board }) {
  const { t } = board;
  const tag = board.tags.get(rule.name);
  const count = board.counts.get(path.join('.'));
  const fault = count?.fault && isDone(rule) ? `${board.text(count.fault)} ${board.text(count.hint)}`.trim() : '';
  const used = shown(rule);
  const pick = (/** @type {{key: string}} */ { key }) => {
    const type = board.tags.get(key)?.type ?? 'text';
    const same = type === tag?.type && !rule.name !== !key;
    const first = operators(type, '')[0];
    board.change(path, same ? { ...rule, name: key } : withOperator({ key: rule.key, name: key, operator: first }, first));
  };
  return html`<div class="condition" role="group" aria-label=${tag?.title ?? t('new_rule')}>
    <${Choice} label=${t('tag')} text=${tag?.title ?? rule.name} hint=${t('tag_hint')} none=${t('no_tag')}
      eager=${rule.key === board.fresh} invalid=${Boolean(rule.name && !tag)} ask=${async (/** @type {string} */ typed) => found(board, typed)} pick=${pick} />
    ${
      tag &&
      html`<select aria-label=${t('operator')} value=${used}
        onChange=${(/** @type {Event} */ event) => board.change(path, withOperator(rule, /** @type {any} */ (event.target).value))}>
        ${operators(tag.type, used).map((each) => html`<option key=${each} value=${each} selected=${each === used}>${t(`${isMoment(tag) && /^[<>=]+$/.test(each) ? 'at' : 'op'}_${each}`)}</option>`)}
      </select>`
    }
    ${tag && html`<${Value} rule=${rule} tag=${tag} path=${path} board=${board} />`}
    <${Numbers} path=${path} board=${board} />
    <${Remove} path=${path} board=${board} label=${t('remove_rule')} />
    ${fault && html`<p class="fault small" role="alert">${fault}</p>`}
  </div>`;
}

/** @param {Tag} tag */
const isMoment = ({ type }) => type === 'date' || type === 'time';

/** The tags whose name or title holds what was typed. @param {Board} board @param {string} typed */
function found(board, typed) {
  const text = typed.trim().toLowerCase();
  const fits = [...board.tags.values()].filter(({ name, title, group }) => `${title}\n${name}\n${group}`.toLowerCase().includes(text));
  return fits.slice(0, 60).map(({ name, title, group, method }) => ({ key: name, text: title, note: group, mark: method }));
}

/** @param {{rule: Rule, tag: Tag, path: Path, board: Board}} given */
function Value({ rule, tag, path, board }) {
  const kind = takes(shown(rule));
  const set = (/** @type {any} */ value) => board.change(path, { ...rule, value }, `${rule.key}.value`);
  if (kind === 'none') return html`<span class="limit"></span>`;
  if (kind === 'ago') return html`<${Ago} rule=${rule} set=${set} board=${board} />`;
  if (kind === 'many') return html`<${Many} rule=${rule} tag=${tag} set=${set} board=${board} />`;
  if (kind === 'one')
    return html`<span class="limit"><${One} value=${rule.value} tag=${tag} set=${set} board=${board} label=${board.t('value')} /></span>`;
  const [low, high] = rule.value;
  return html`<span class="limit two">
    <${One} value=${low} tag=${tag} set=${(/** @type {any} */ value) => set([value, high])} board=${board} label=${board.t('low')} />
    <span aria-hidden="true">–</span>
    <${One} value=${high} tag=${tag} set=${(/** @type {any} */ value) => set([low, value])} board=${board} label=${board.t('high')} />
  </span>`;
}

/** @param {{value: any, tag: Tag, set: (value: any) => void, board: Board, label: string}} given */
function One({ value, tag, set, board, label }) {
  if (tag.type === 'text') {
    const pick = (/** @type {{key: string}} */ { key }) => set(JSON.parse(key));
    return html`<${Choice} label=${label} text=${tag.labels[value] ?? value ?? ''} hint=${board.t('value_hint')} none=${board.t('no_value')}
      ask=${(/** @type {string} */ typed) => board.values(tag.name, typed)} pick=${pick} free=${(/** @type {string} */ text) => text !== (tag.labels[value] ?? value) && set(text)} />`;
  }
  const day = isMoment(tag) && /^(\d{4}-\d\d-\d\d)?$/.test(value ?? '');
  const number = !isMoment(tag);
  const typed = (/** @type {InputEvent} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    set(number && field.value !== '' ? Number(field.value) : field.value);
  };
  return html`<input type=${number ? 'number' : day ? 'date' : 'text'} step="any" aria-label=${tag.unit ? `${label} (${tag.unit})` : label}
    value=${value ?? ''} onInput=${typed} />${tag.unit && html`<span class="unit muted small" aria-hidden="true">${tag.unit}</span>`}`;
}

/** Several values as chips. @param {{rule: Rule, tag: Tag, set: (value: any) => void, board: Board}} given */
function Many({ rule, tag, set, board }) {
  /** @type {any[]} */
  const values = Array.isArray(rule.value) ? rule.value : [];
  const add = (/** @type {any} */ value) => !values.includes(value) && value !== '' && set([...values, value]);
  const read = (/** @type {string} */ text) => (tag.type === 'text' ? text : Number(text));
  const ask = async (/** @type {string} */ typed) => (await board.values(tag.name, typed)).filter(({ key }) => !values.includes(JSON.parse(key)));
  return html`<span class="limit many">
    ${values.map(
      (value) => html`<span class="chip" key=${String(value)}>${tag.labels[value] ?? String(value)}
        <button type="button" aria-label=${board.t('take_out', { value: tag.labels[value] ?? String(value) })} onClick=${() => set(values.filter((each) => each !== value))}>×</button>
      </span>`,
    )}
    <${Choice} label=${board.t('values')} text="" hint=${board.t('value_hint')} none=${board.t('no_value')} ask=${ask}
      pick=${(/** @type {{key: string}} */ { key }) => add(JSON.parse(key))} free=${(/** @type {string} */ text) => add(read(text))} />
  </span>`;
}

const UNITS = ['hour', 'day', 'week', 'month', 'year'];

/** @param {{rule: Rule, set: (value: any) => void, board: Board}} given */
function Ago({ rule, set, board }) {
  const [n, unit = 'days'] = String(rule.value.ago).split(' ');
  const one = unit.replace(/s$/, '');
  const units = UNITS.includes(one) ? UNITS : [...UNITS, one];
  const read = (/** @type {Event} */ event) => /** @type {any} */ (event.target).value;
  return html`<span class="limit two">
    <input type="number" min="1" step="1" aria-label=${board.t('how_long')} value=${n} onInput=${(/** @type {Event} */ event) => set({ ago: `${read(event)} ${one}s` })} />
    <select aria-label=${board.t('time_unit')} value=${one} onChange=${(/** @type {Event} */ event) => set({ ago: `${n} ${read(event)}s` })}>
      ${units.map((each) => html`<option key=${each} value=${each} selected=${each === one}>${board.t(`unit_${each}`)}</option>`)}
    </select>
  </span>`;
}

/** How many customers a part chooses; what excludes says what it finds and what it leaves. @param {{path: Path, board: Board, group?: Group}} given */
function Numbers({ path, board, group }) {
  const count = board.counts.get(path.join('.'));
  const { t, number } = board;
  if (!count || count.n === null || (group && !group.rules.length)) return html`<span class="tally"></span>`;
  const part = board.base ? (count.matches ?? count.n) / board.base : 0;
  const unknown = count.matches === null ? 0 : board.base - count.matches - count.n;
  return html`<span class=${board.stale ? 'tally stale' : 'tally'}>
    ${
      count.matches === null
        ? html`<b>${number(count.n)}</b> <small>${board.share(count.n)}</small>`
        : html`<span>${t('matches')} <b>${number(count.matches)}</b></span> <span>${t('leaves')} <b>${number(count.n)}</b></span>
          ${unknown > 0 && html` <small title=${t('unknown_why')}>${t('unknown', { n: number(unknown) })}</small>`}`
    }
    <i class="gauge" aria-hidden="true"><i style=${{ inlineSize: `${Math.round(100 * part)}%` }}></i></i>
  </span>`;
}

/** @param {{path: Path, board: Board, label: string}} given */
function Remove({ path, board, label }) {
  return html`<button type="button" class="takeout" aria-label=${label} title=${label} onClick=${() => board.remove(path)}>×</button>`;
}
