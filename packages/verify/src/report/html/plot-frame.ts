import { escapeHtml } from './escape-html.js';

/** Maps values to pixels. */
export type Scale = (value: number) => number;

/** An upright line across a plot, at an instant that matters. */
export interface Marker {
  readonly at: number;
  readonly label: string;
  readonly kind: 'signal' | 'event' | 'exit';
}

export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly x: { readonly from: number; readonly to: number; readonly label: string };
  /** Upright ticks: where they stand in pixels from the plot's top, and what they say. */
  readonly yTicks: readonly { readonly at: number; readonly text: string }[];
  readonly yLabel: string;
  readonly markers: readonly Marker[];
}

const margin = { left: 62, right: 16, top: 30, bottom: 38 };
const xTickCount = 9;

export function linearScale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** The horizontal scale of a frame, in pixels from the plot's own left edge. */
export function xScaleOf({ x, width }: Pick<PlotFrame, 'x' | 'width'>): Scale {
  return linearScale(x.from, x.to, 0, width);
}

/** A plot: axes and markers around a body that is drawn in the plot's own coordinates. */
export function renderPlot(frame: PlotFrame, body: string): string {
  const { width, height, title, yLabel } = frame;
  const full = { width: width + margin.left + margin.right, height: height + margin.top + margin.bottom };
  return [
    `<div class="plot"><svg viewBox="0 0 ${full.width} ${full.height}" role="img" aria-label="${escapeHtml(title)}">`,
    `<g transform="translate(${margin.left} ${margin.top})">`,
    renderYTicks(frame),
    renderXTicks(frame),
    `<text class="label" transform="translate(-48 ${height / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yLabel)}</text>`,
    `<text class="label" x="${width / 2}" y="${height + 33}" text-anchor="middle">${escapeHtml(frame.x.label)}</text>`,
    body,
    renderMarkers(frame),
    '</g></svg></div>',
  ].join('');
}

function renderXTicks(frame: PlotFrame): string {
  const scale = xScaleOf(frame);
  return niceTicks(frame.x.from, frame.x.to, xTickCount)
    .map((value) => {
      const at = round(scale(value));
      return (
        `<line class="grid" x1="${at}" x2="${at}" y1="0" y2="${frame.height}"/>` +
        `<text class="tick" x="${at}" y="${frame.height + 16}" text-anchor="middle">${value}</text>`
      );
    })
    .join('');
}

function renderYTicks({ yTicks, width }: PlotFrame): string {
  return yTicks
    .map(({ at, text }) => {
      return (
        `<line class="grid" x1="0" x2="${width}" y1="${round(at)}" y2="${round(at)}"/>` +
        `<text class="tick" x="-8" y="${round(at + 4)}" text-anchor="end">${escapeHtml(text)}</text>`
      );
    })
    .join('');
}

const characterWidth = 6.2;

/** Labels stand above the plot, each to the right of its line; one that would run into the last is left out. */
function renderMarkers(frame: PlotFrame): string {
  const scale = xScaleOf(frame);
  let free = Number.NEGATIVE_INFINITY;
  return frame.markers
    .filter(({ at }) => at >= frame.x.from && at <= frame.x.to)
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, label, kind }) => {
      const x = round(scale(at));
      const line = `<line class="marker ${kind}" x1="${x}" x2="${x}" y1="-6" y2="${frame.height}"><title>${escapeHtml(label)}</title></line>`;
      const room = label.length * characterWidth;
      const atEnd = x + room > frame.width;
      const left = atEnd ? x - room : x;
      if (left < free) return line;
      free = left + room + 10;
      const anchor = atEnd ? 'end' : 'start';
      return `${line}<text class="marker-label ${kind}" x="${x + (atEnd ? -3 : 3)}" y="-10" text-anchor="${anchor}">${escapeHtml(label)}</text>`;
    })
    .join('');
}

/** Round numbers that divide the range into about `count` parts. */
export function niceTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from || 1) / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough) ?? rough;
  const ticks: number[] = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step / 1e6; value += step) {
    ticks.push(Number(value.toPrecision(12)));
  }
  return ticks;
}

/** Two decimals are a hundredth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
