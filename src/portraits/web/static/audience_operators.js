// @ts-check
// Operators by the type of a tag, and what kind of value each takes.

/** @typedef {'none'|'one'|'two'|'many'|'ago'} Takes */

const NUMBER = ['>=', '>', '<=', '<', '=', '<>', 'between', 'is not null', 'is null'];
const TEXT = ['in', 'not in', '=', '<>', 'contains', 'not contains', 'starts_with', 'ends_with', 'is not null', 'is null'];
const MOMENT = ['within', 'before', '>=', '<', 'between', '=', 'is not null', 'is null'];
/** @type {Record<string, string[]>} */
const OPERATORS = {
  integer: NUMBER,
  number: NUMBER,
  money: NUMBER,
  text: TEXT,
  boolean: ['is true', 'is false', 'is not null', 'is null'],
  date: MOMENT,
  time: MOMENT,
};
const AGO = /** @type {const} */ ({ within: '>=', before: '<' });

/** The operators of a type; the one in use is among them whatever it is. @param {string} type @param {string} used */
export function operators(type, used) {
  const known = OPERATORS[type] ?? TEXT;
  return known.includes(used) || !used ? known : [...known, used];
}

/** @param {string} operator @returns {Takes} */
export function takes(operator) {
  if (operator === 'within' || operator === 'before') return 'ago';
  if (/^(not )?in$/.test(operator)) return 'many';
  if (/^(not )?between$/.test(operator)) return 'two';
  return operator.startsWith('is ') || !operator ? 'none' : 'one';
}

/** The operator as the page shows it: a time ago has its own. @param {{operator: string, value?: any}} rule */
export function shown({ operator, value }) {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return operator;
  return operator.startsWith('>') ? 'within' : operator.startsWith('<') ? 'before' : operator;
}

/**
 * A condition with another operator; what was typed stays where it fits.
 * @param {import('./audience_tree.js').Rule} rule
 * @param {string} operator as the page shows it
 * @returns {import('./audience_tree.js').Rule}
 */
export function withOperator(rule, operator) {
  const { key, name, value } = rule;
  const one = Array.isArray(value) ? value[0] : value?.ago ? undefined : value;
  const plain = operator === 'within' || operator === 'before' ? AGO[operator] : operator;
  switch (takes(operator)) {
    case 'none':
      return { key, name, operator };
    case 'ago':
      return { key, name, operator: plain, value: value?.ago ? value : { ago: '90 days' } };
    case 'many':
      return { key, name, operator, value: Array.isArray(value) ? value : one === undefined || one === '' ? [] : [one] };
    case 'two':
      return { key, name, operator, value: Array.isArray(value) && value.length === 2 ? value : [one ?? '', ''] };
    default:
      return { key, name, operator, value: one ?? '' };
  }
}

/** Whether a condition says all it has to; one that does not is not asked about. @param {import('./audience_tree.js').Rule} rule */
export function isDone(rule) {
  if (!rule.name || !rule.operator) return false;
  const kind = takes(shown(rule));
  const filled = (/** @type {any} */ each) => each !== undefined && each !== null && each !== '';
  if (kind === 'none') return true;
  if (kind === 'ago') return /^[1-9]\d* /.test(rule.value.ago);
  return Array.isArray(rule.value) ? rule.value.length > 0 && rule.value.every(filled) : filled(rule.value);
}
