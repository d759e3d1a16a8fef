import { expositionContentType, renderMetrics } from './exposition.js';
import type { MetricFamily, Sample } from './metric-family.js';

/**
 * A registry of prom-client, as far as it is needed here: the metrics of the control server are registered in it, and
 * `/metrics` serves all that it has.
 */
export interface MetricsRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  // Of prom-client's own type, which this package does not depend on.
  registerMetric(metric: never): void;
}

/** What `/metrics` answers. */
export interface Exposition {
  readonly contentType: string;
  render(): Promise<string>;
}

/** A metric as prom-client's registry reads it: it calls `get` for each scrape and may change the name. */
interface RegisteredMetric {
  name: string;
  readonly help: string;
  readonly type: MetricFamily['type'];
  readonly aggregator: 'sum';
  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Sample[] }>;
  reset(): void;
}

/** Serves metrics by themselves, or as part of a registry that takes them in. */
export function createExposition(
  families: readonly MetricFamily[],
  registry: MetricsRegistry | undefined,
): Exposition {
  if (registry === undefined) {
    return { contentType: expositionContentType, render: () => Promise.resolve(renderMetrics(families)) };
  }
  for (const family of families) registry.registerMetric(toRegistered(family) as never);
  return {
    get contentType() {
      return registry.contentType;
    },
    render: () => registry.metrics(),
  };
}

function toRegistered({ name, help, type, collect }: MetricFamily): RegisteredMetric {
  return {
    name,
    help,
    type,
    aggregator: 'sum',
    async get() {
      return { name: this.name, help, type, aggregator: 'sum', values: [...collect()] };
    },
    // What is counted here is part of reports too: it is not for a registry to forget.
    reset() {},
  };
}
