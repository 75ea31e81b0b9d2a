import * as echarts from 'echarts';
import type { Plot } from './bench.ts';

const WIDTH = 860;
const HEIGHT = 420;
/** Between the axes' ends, about. */
const PLOT_WIDTH = 720;
/** Okabe and Ito's colours, which the colour-blind can tell apart. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'];
const GOAL_COLOUR = '#555555';
/** An axis whose numbers span less than this is legible as it is. */
const LOGARITHMIC_FROM = 30;
const MOST_LABELLED_BARS = 30;

/** A plot as SVG, on white so that it can be read on a dark page as well. */
export function svg(plot: Plot): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(optionOf(plot));
  const text = chart.renderToSVGString();
  chart.dispose();
  return `${text}\n`;
}

function optionOf(plot: Plot): echarts.EChartsOption {
  const { title, xTitle, yTitle, kind, series } = plot;
  const isBars = kind === 'bars';
  const axisTitle = { nameLocation: 'middle', nameTextStyle: { color: '#333' } } as const;
  return {
    ...{ animation: false, backgroundColor: '#ffffff', color: COLOURS },
    textStyle: { fontFamily: 'Helvetica, Arial, sans-serif' },
    title: { text: title, left: 'center', top: 10, textStyle: { fontSize: 15 } },
    legend: { show: series.length > 1, top: 36 },
    grid: { ...{ left: 76, right: plot.goal === undefined ? 28 : 90, top: 76, bottom: 56 } },
    xAxis: isBars
      ? {
          ...axisTitle,
          type: 'category',
          data: categoriesOf(plot),
          name: xTitle,
          nameGap: 34,
          axisLabel: { interval: 0, overflow: 'break', width: PLOT_WIDTH / categoriesOf(plot).length },
        }
      : { ...axisTitle, ...scaleOf(plot, 0), name: xTitle, nameGap: 30 },
    yAxis: { ...axisTitle, ...scaleOf(plot, 1), name: yTitle, nameGap: 54 },
    series: series.map((one, i) => seriesOf(plot, one, i === 0)),
  };
}

const categoriesOf = ({ series }: Plot): string[] => [
  ...new Set(series.flatMap(({ points }) => points.map(([category]) => String(category)))),
];

function scaleOf({ kind, logarithmic, series, goal }: Plot, axis: 0 | 1) {
  const numbers = series.flatMap(({ points }) => points.map((point) => Number(point[axis])));
  if (axis === 1 && goal !== undefined) numbers.push(goal);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const isLogarithmic = logarithmic && least > 0 && most / least >= LOGARITHMIC_FROM;
  // Without it the bars of values below 1 would hang down.
  const startValue = 10 ** Math.floor(Math.log10(least));
  if (isLogarithmic) return { type: 'log', startValue, axisLabel: { formatter: shortNumber } } as const;
  const range = kind === 'bars' ? {} : axis === 1 ? { min: 0 } : { min: 'dataMin', max: 'dataMax' };
  return { type: 'value', axisLabel: { formatter: shortNumber }, ...range } as const;
}

function seriesOf(plot: Plot, { name, points }: Plot['series'][number], isFirst: boolean) {
  const goal = isFirst && plot.goal !== undefined ? { markLine: goalLine(plot.goal) } : {};
  if (plot.kind === 'lines')
    return { ...goal, name, type: 'line' as const, data: points.map((point) => [...point]), symbolSize: 7 };
  const bars = plot.series.length * categoriesOf(plot).length;
  const label = {
    ...{ show: bars <= MOST_LABELLED_BARS, position: 'top' as const, fontSize: 10, color: '#333' },
    formatter: ({ value }: { value: unknown }) => shortNumber(Number((value as unknown[])[1])),
  };
  return { ...goal, name, type: 'bar' as const, data: points.map(([x, y]) => [String(x), y]), label };
}

const goalLine = (goal: number) => ({
  ...{ silent: true, symbol: 'none', data: [{ yAxis: goal }] },
  lineStyle: { color: GOAL_COLOUR, type: 'dashed' as const },
  label: { formatter: `goal ${goal}`, color: GOAL_COLOUR },
});

/** 20k, 1.5M, 0.25: at most three digits. */
function shortNumber(value: number): string {
  const [divisor, unit] =
    Math.abs(value) >= 1e9
      ? [1e9, 'G']
      : Math.abs(value) >= 1e6
        ? [1e6, 'M']
        : Math.abs(value) >= 1e4
          ? [1e3, 'k']
          : [1, ''];
  const scaled = value / divisor;
  return `${Math.abs(scaled) >= 100 ? Math.round(scaled) : Number(scaled.toPrecision(3))}${unit}`;
}
