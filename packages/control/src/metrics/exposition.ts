import type { MetricFamily, Sample } from './metric-family.js';

/** Source: Prometheus, "Exposition formats", text format. */
export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes metrics as Prometheus reads them. */
export function renderMetrics(families: readonly MetricFamily[]): string {
  return families.map(renderFamily).join('');
}

function renderFamily({ name, help, type, collect }: MetricFamily): string {
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  for (const sample of collect()) lines.push(`${name}${renderLabels(sample)} ${renderValue(sample.value)}`);
  return `${lines.join('\n')}\n`;
}

function renderLabels({ labels }: Sample): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`;
}

function renderValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
