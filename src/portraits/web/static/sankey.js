// @ts-check
// Streams between the parts of a segment, each as wide as the customers in it.

/** @typedef {import('./charts.js').Spec} Spec */
/**
 * @typedef {{colour: (token: string) => string, faint: (token: string, share: number) => string,
 *   frame: (spec: Spec) => {tooltip: object}, hint: (spec: Spec, at: number, marks: string[]) => HTMLElement,
 *   tooltip: (hint: {label: string, note: string, lines: []}) => HTMLElement}} Brush
 */

/**
 * The options of the chart.
 * @param {Spec} spec
 * @param {Brush} brush
 */
export function sankey(spec, { colour, faint, frame, hint, tooltip }) {
  const whole = frame(spec);
  const names = spec.nodes ?? [];
  const links = spec.links ?? [];
  /** @type {(hue: number) => string} */
  const tint = (hue) => (hue ? (hue > 8 ? faint(`category-${hue - 8}`, 0.6) : colour(`category-${hue}`)) : colour('control'));
  return {
    ...whole,
    legend: { show: false },
    tooltip: {
      ...whole.tooltip,
      formatter: (/** @type {{dataType: string, dataIndex: number}} */ { dataType, dataIndex: at }) =>
        dataType === 'edge' ? hint(spec, at, []) : tooltip({ label: names[at].text, note: '', lines: [] }),
    },
    series: [
      {
        type: 'sankey',
        left: 2,
        right: 2,
        top: 6,
        bottom: 6,
        nodeWidth: 12,
        nodeGap: 14,
        draggable: false,
        layoutIterations: 0,
        emphasis: { focus: 'adjacency' },
        lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 },
        data: names.map(({ id, text, hue }) => ({
          name: id,
          depth: id.startsWith('before') ? 0 : 1,
          itemStyle: { color: tint(hue), borderWidth: 0 },
          label: {
            position: id.startsWith('before') ? 'right' : 'left',
            color: colour('ink'),
            fontSize: 12,
            width: Math.min(240, innerWidth * 0.36),
            overflow: 'truncate',
            formatter: () => text,
          },
        })),
        links: links.map(({ from, to, n }) => ({ source: from, target: to, value: n })),
      },
    ],
  };
}
