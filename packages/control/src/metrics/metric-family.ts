/** The labels of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with all its samples. Source: Prometheus, "Exposition formats". */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  collect(): readonly Sample[];
}

/** A metric that only grows. */
export interface Counter<Label extends string> extends MetricFamily {
  increment(labels: Readonly<Record<Label, string>>, by?: number): void;
}

/** A metric whose value is set for each combination of labels. */
export interface Gauge<Label extends string> extends MetricFamily {
  set(labels: Readonly<Record<Label, string>>, value: number): void;
}

/** Creates a counter; its samples come up with their labels. */
export function createCounter<Label extends string>(name: string, help: string): Counter<Label> {
  const samples = createSamples();
  return {
    name,
    help,
    type: 'counter',
    increment: (labels, by = 1) => samples.update(labels, (value) => value + by),
    collect: samples.list,
  };
}

/** Creates a gauge that is set. */
export function createGauge<Label extends string>(name: string, help: string): Gauge<Label> {
  const samples = createSamples();
  return {
    name,
    help,
    type: 'gauge',
    set: (labels, value) => samples.update(labels, () => value),
    collect: samples.list,
  };
}

function createSamples(): {
  update(labels: Labels, change: (value: number) => number): void;
  list(): readonly Sample[];
} {
  const samples = new Map<string, { readonly labels: Labels; value: number }>();
  return {
    update(labels, change) {
      const key = JSON.stringify(Object.values(labels));
      const sample = samples.get(key) ?? { labels, value: 0 };
      sample.value = change(sample.value);
      samples.set(key, sample);
    },
    list: () => [...samples.values()],
  };
}
