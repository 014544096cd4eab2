// @ts-check
// Charts take numbers and texts from the page, never colours or markup: every colour comes from the
// tokens, so the dark theme and branding have one place.

/** @typedef {{name: string, values: (number|null)[], texts: string[]}} Series */
/**
 * @typedef {{kind: 'columns'|'radar'|'treemap'|'bars'|'sankey'|'cells', about: string, labels: string[], ticks: string[], notes: string[],
 *   series: Series[], table: string[][], most: number|null, prefix?: string, suffix?: string, short?: string, left_out?: number,
 *   nodes?: {id: string, text: string, hue: number}[], links?: {from: string, to: string, n: number, href: string}[]}} Spec
 */
/** @typedef {{label: string, note: string, lines: {name: string, text: string, colour: string}[]}} Hint */

const link = /** @type {HTMLLinkElement|null} */ (document.getElementById('echarts'));
/** What the page holds now: parts of it may come anew. @returns {Record<string, Spec>} */
const read = () => JSON.parse(document.getElementById('charts')?.textContent || '{}');
const specs = read();
const still = matchMedia('(prefers-reduced-motion: reduce)');

const probe = document.createElement('span');
probe.hidden = true;
document.body.append(probe);

/** The colour of a token as it is in the present theme. @param {string} token */
function colour(token) {
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}

/** A colour made transparent. @param {string} token @param {number} share */
function faint(token, share) {
  return colour(token).replace('rgb(', 'rgba(').replace(')', `, ${share})`);
}

/** Stripes of a token's colour, for what is only part of a period. @param {string} token */
function hatched(token) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext('2d'));
  pen.fillStyle = faint(token, 0.18);
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = colour(token);
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const at of [-6, 0, 6]) {
    pen.moveTo(at, 6);
    pen.lineTo(at + 6, 0);
  }
  pen.stroke();
  return { image: tile, repeat: 'repeat' };
}

/** A tooltip built of nodes: no name from the data can become markup. @param {Hint} hint */
function tooltip({ label, note, lines }) {
  const box = document.createElement('div');
  const head = document.createElement('b');
  head.textContent = note ? `${label} · ${note}` : label;
  box.append(head);
  for (const { name, text, colour: mark } of lines) {
    const line = document.createElement('div');
    const dot = document.createElement('span');
    dot.textContent = '● ';
    dot.style.color = mark;
    line.append(dot, `${name} `, Object.assign(document.createElement('b'), { textContent: text }));
    box.append(line);
  }
  return box;
}

/** What every chart has. @param {Spec} spec */
function frame(spec) {
  const font = getComputedStyle(document.body).fontFamily;
  return {
    backgroundColor: 'transparent',
    textStyle: { fontFamily: font },
    animationDuration: still.matches ? 0 : 250,
    animation: !still.matches,
    legend: {
      top: 0,
      left: 0,
      itemWidth: 14,
      itemHeight: 8,
      itemGap: 16,
      selectedMode: false,
      textStyle: { color: colour('muted'), fontFamily: font },
      data: spec.series.map((each) => ({ name: each.name })),
    },
    tooltip: {
      confine: true,
      backgroundColor: colour('card'),
      borderColor: colour('control'),
      padding: [6, 10],
      textStyle: { color: colour('ink'), fontFamily: font, fontSize: 12.5 },
      extraCssText: 'box-shadow: none',
    },
  };
}

/** All series of one label. @param {Spec} spec @param {number} at @param {string[]} marks */
function hint(spec, at, marks) {
  const lines = spec.series.map((each, n) => ({ name: each.name, text: each.texts[at], colour: marks[n] ?? 'transparent' }));
  return tooltip({ label: spec.labels[at], note: spec.notes[at] ?? '', lines });
}

/** @param {Spec} spec */
function columns(spec) {
  const [mine, base] = spec.series;
  const marks = [colour('accent'), colour('muted')];
  const whole = frame(spec);
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact', maximumFractionDigits: 1 });
  const stripes = hatched('accent');
  return {
    ...whole,
    tooltip: {
      ...whole.tooltip,
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: faint('accent', 0.08) } },
      formatter: (/** @type {{dataIndex: number}[]} */ [first]) => hint(spec, first.dataIndex, marks),
    },
    grid: { left: 2, right: 6, top: 32, bottom: 2, containLabel: true },
    xAxis: {
      type: 'category',
      data: spec.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour('line') } },
      axisLabel: {
        color: colour('muted'),
        interval: (/** @type {number} */ at) => Boolean(spec.ticks[at]),
        formatter: (/** @type {string} */ _, /** @type {number} */ at) => spec.ticks[at],
        hideOverlap: true,
        lineHeight: 15,
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      axisLine: { show: false },
      splitLine: { lineStyle: { color: colour('line') } },
      axisLabel: {
        color: colour('muted'),
        formatter: (/** @type {number} */ value) => `${spec.prefix ?? ''}${short.format(value)}${spec.suffix ?? ''}`,
      },
    },
    series: [
      {
        name: mine.name,
        type: 'bar',
        barMaxWidth: 26,
        barCategoryGap: '28%',
        color: marks[0],
        itemStyle: { borderRadius: [2, 2, 0, 0] },
        data: mine.values.map((value, at) => (spec.notes[at] ? { value, itemStyle: { color: stripes } } : value)),
      },
      {
        name: base.name,
        type: 'line',
        color: marks[1],
        symbol: 'none',
        connectNulls: false,
        lineStyle: { width: 1.5, type: 'dashed' },
        data: base.values.map((value, at) => (spec.notes[at] ? null : value)),
      },
    ],
  };
}

/** @param {Spec} spec */
function radar(spec) {
  const marks = [colour('accent'), colour('muted')];
  const whole = frame(spec);
  return {
    ...whole,
    legend: { ...whole.legend, top: 'auto', bottom: 0, left: 'center' },
    tooltip: {
      ...whole.tooltip,
      formatter: (/** @type {{dataIndex: number}} */ { dataIndex: n }) =>
        tooltip({
          label: spec.series[n].name,
          note: '',
          lines: spec.labels.map((name, at) => ({ name, text: spec.series[n].texts[at], colour: marks[n] })),
        }),
    },
    radar: {
      radius: '64%',
      center: ['50%', '46%'],
      splitNumber: spec.most,
      indicator: spec.labels.map((name) => ({ name, min: 0, max: spec.most })),
      axisName: { color: colour('ink'), fontSize: 12 },
      axisNameGap: 8,
      splitArea: { show: false },
      splitLine: { lineStyle: { color: colour('line') } },
      axisLine: { lineStyle: { color: colour('line') } },
    },
    series: [
      {
        type: 'radar',
        symbolSize: 5,
        data: spec.series.map((each, n) => ({
          name: each.name,
          value: each.values.map((value) => value ?? 0),
          itemStyle: { color: marks[n] },
          lineStyle: { color: marks[n], width: n ? 1.5 : 2, type: n ? 'dashed' : 'solid' },
          areaStyle: { color: marks[n], opacity: n ? 0 : 0.16 },
          symbol: n ? 'none' : 'circle',
        })),
      },
    ],
  };
}

/** Shares as bars, each with a mark where all customers stand. @param {Spec} spec */
function bars(spec) {
  const [, share, base] = spec.series;
  const marks = ['transparent', colour('accent'), colour('ink')];
  const whole = frame(spec);
  const shown = spec.labels.length - (spec.left_out ?? 0);
  const named = base.values.some((value) => value !== null) ? [share, base] : [share]; // a first run has none before it
  return {
    ...whole,
    legend: { ...whole.legend, data: named.map(({ name }) => ({ name })) },
    tooltip: {
      ...whole.tooltip,
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: faint('accent', 0.08) } },
      formatter: (/** @type {{dataIndex: number}[]} */ [first]) => hint(spec, first.dataIndex, marks),
    },
    grid: { left: 2, right: Math.max(44, 16 + 7 * Math.max(...share.texts.map((text) => text.length))), top: 30, bottom: 0, containLabel: true },
    xAxis: { type: 'value', min: 0, show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: spec.labels.slice(0, shown),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: colour('ink'), width: 150, overflow: 'truncate', formatter: (/** @type {string} */ _, /** @type {number} */ at) => spec.ticks[at] },
    },
    series: [
      {
        name: share.name,
        type: 'bar',
        barWidth: 14,
        color: marks[1],
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        data: share.values.slice(0, shown),
      },
      {
        // The texts stand where neither the bar nor the mark is.
        type: 'line',
        symbol: 'circle',
        symbolSize: 1,
        lineStyle: { width: 0 },
        itemStyle: { color: 'transparent' },
        label: {
          show: true,
          position: 'right',
          distance: 8,
          color: colour('ink'),
          formatter: (/** @type {{dataIndex: number}} */ { dataIndex: at }) => share.texts[at],
        },
        data: share.values.slice(0, shown).map((value, at) => Math.max(value ?? 0, base.values[at] ?? 0)),
      },
      {
        name: base.name,
        type: 'line',
        color: marks[2],
        z: 5,
        symbol: 'rect',
        symbolSize: [4, 22],
        lineStyle: { width: 0 },
        itemStyle: { color: marks[2], borderColor: colour('card'), borderWidth: 1 },
        data: base.values.slice(0, shown),
      },
    ],
  };
}

/** What fits into a part of the treemap: the smaller it is, the less. @param {Spec} spec @param {number} at */
function inside(spec, at) {
  const [, share, base] = spec.series;
  const size = share.values[at] ?? 0;
  const lines = [spec.labels[at], share.texts[at], `${spec.short ?? base.name} ${base.texts[at]}`];
  return lines.slice(0, size >= 0.1 ? 3 : size >= 0.02 ? 2 : 1).join('\n');
}

/** @param {Spec} spec */
function treemap(spec) {
  const [amount] = spec.series;
  const whole = frame(spec);
  return {
    ...whole,
    legend: { show: false },
    tooltip: {
      ...whole.tooltip,
      formatter: (/** @type {{value: [number, number]}} */ { value }) =>
        value?.[1] === undefined ? '' : hint(spec, value[1], []),
    },
    series: [
      {
        type: 'treemap',
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        left: 0,
        right: 0,
        top: 0,
        bottom: 0,
        label: { color: colour('on-category'), fontSize: 12.5, lineHeight: 17, overflow: 'truncate', padding: [2, 4] },
        itemStyle: { borderColor: colour('card'), borderWidth: 0, gapWidth: 2 },
        data: spec.labels.map((name, at) => ({
          name,
          value: [amount.values[at] ?? 0, at],
          itemStyle: { color: colour(`category-${(at % 8) + 1}`) },
          label: { formatter: () => inside(spec, at) },
        })),
      },
    ],
  };
}

/** @type {Record<string, (spec: Spec) => Record<string, any>>} */
const kinds = { columns, radar, treemap, bars };
if (Object.values(specs).some(({ kind }) => kind === 'sankey')) {
  const { sankey } = await import('./sankey.js');
  kinds.sankey = (spec) => sankey(spec, { colour, faint, frame, hint, tooltip });
}
/** @type {Map<string, import('echarts/core').EChartsType>} */
const drawn = new Map();

function repaint() {
  for (const [id, chart] of drawn) chart.setOption(kinds[specs[id].kind](specs[id]), { notMerge: true });
}

/** Offer a file to the person. @param {string} name @param {Blob|null} content */
function save(name, content) {
  if (!content) return;
  const offer = document.createElement('a');
  offer.href = URL.createObjectURL(content);
  offer.download = name;
  offer.click();
  setTimeout(() => URL.revokeObjectURL(offer.href), 10_000);
}

/** A cell that no spreadsheet takes for a formula. @param {string} text */
function cell(text) {
  const inert = /^\s*[=+\-@|%＝＋－＠\t\r\n']/u.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** @param {string} id */
function saveTable(id) {
  const lines = read()[id].table.map((row) => row.map(cell).join(','));
  save(`${id}.csv`, new Blob(['\ufeff', lines.join('\r\n'), '\r\n'], { type: 'text/csv' }));
}

/** @param {string} id */
async function savePicture(id) {
  const table = document.querySelector(`[data-cells="${id}"]`);
  const canvas = table
    ? (await import('./cells.js')).picture(table, colour('card'))
    : drawn.get(id)?.renderToCanvas({ pixelRatio: 2, backgroundColor: colour('card') });
  canvas?.toBlob((picture) => save(`${id}.png`, picture));
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-save]') : null;
  const id = button?.closest('[data-tools]')?.getAttribute('data-tools');
  if (!button || !id) return;
  if (button.getAttribute('data-save') === 'csv') saveTable(id);
  else savePicture(id);
});
function offer() {
  for (const table of document.querySelectorAll('[data-cells]'))
    document.querySelector(`[data-tools="${table.getAttribute('data-cells')}"]`)?.removeAttribute('hidden');
}
offer();
document.addEventListener('partschange', offer);
document.addEventListener('themechange', repaint);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
matchMedia('print').addEventListener('change', ({ matches }) => {
  for (const chart of drawn.values()) {
    const width = Number(getComputedStyle(chart.getDom()).getPropertyValue('--on-paper'));
    chart.resize(matches && width ? { width } : undefined);
  }
  repaint(); // paper is light, whatever the screen was
});

if (link) {
  const { init } = await import(link.href);
  for (const place of document.querySelectorAll('[data-chart]')) {
    const id = place.getAttribute('data-chart') ?? '';
    if (!(place instanceof HTMLElement) || !specs[id]) continue;
    const chart = init(place, null, { renderer: 'canvas' });
    drawn.set(id, chart);
    chart.on('click', (/** @type {{dataType?: string, dataIndex?: number}} */ { dataType, dataIndex: at }) => {
      const href = dataType === 'edge' && at !== undefined ? specs[id].links?.[at]?.href : undefined;
      if (href) location.assign(href);
    });
    new ResizeObserver(() => chart.resize()).observe(place);
    document.querySelector(`[data-tools="${id}"]`)?.removeAttribute('hidden');
  }
  repaint();
  document.documentElement.dataset.drawn = 'yes';
}

export {};
