import { createCounter, type MetricFamily, type Sample } from './metric-family.js';

/** Metrics of the endpoint itself. */
export interface TrafficMetrics {
  readonly families: readonly MetricFamily[];
  /** A request was answered; `status` is `aborted` when nobody was there any more. */
  answered(route: string, method: string, status: number | 'aborted'): void;
  /** A request or a connection was refused. @param cause a problem's code, or `connection-limit`, `connection-rate` */
  refused(cause: string): void;
}

/** What is asked whenever somebody reads the metrics. */
export interface TrafficGauges {
  connections(): number;
  waitingCallers(): number;
  auditLines(): number;
  auditFailures(): number;
}

/** Methods that are told apart; a label must not have as many values as somebody can think of. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** Creates the metrics of one control server. */
export function createTrafficMetrics(gauges: TrafficGauges): TrafficMetrics {
  const requests = createCounter<'route' | 'method' | 'status'>(
    'quiesce_control_requests_total',
    'Requests to the control endpoint.',
  );
  const rejections = createCounter<'cause'>(
    'quiesce_control_rejections_total',
    'Requests and connections that the control endpoint refused.',
  );
  const read = (
    name: string,
    help: string,
    type: MetricFamily['type'],
    value: () => number,
  ): MetricFamily => {
    return { name, help, type, collect: (): readonly Sample[] => [{ labels: {}, value: value() }] };
  };
  return {
    families: [
      requests,
      rejections,
      read(
        'quiesce_control_connections',
        'Connections to the control endpoint.',
        'gauge',
        gauges.connections,
      ),
      read(
        'quiesce_control_waiting_callers',
        'Callers who wait for the end.',
        'gauge',
        gauges.waitingCallers,
      ),
      read('quiesce_audit_lines_total', 'Lines written to the audit log.', 'counter', gauges.auditLines),
      read(
        'quiesce_audit_failures_total',
        'Writes to the audit log that failed.',
        'counter',
        gauges.auditFailures,
      ),
    ],
    answered(route, method, status) {
      const known = methods.has(method) ? method : 'other';
      requests.increment({ route, method: known, status: String(status) });
    },
    refused: (cause) => rejections.increment({ cause }),
  };
}
