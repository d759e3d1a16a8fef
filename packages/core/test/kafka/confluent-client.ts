import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { findServer, requireServer } from '../../../../e2e/support/servers.js';

/** The module whose types are in the npm package, and whose native part was built from the source in it. */
export type Confluent = typeof import('@confluentinc/kafka-javascript');

const folder = findServer('confluent-kafka-javascript');
const hasKafka = findServer('kafka') !== undefined;

/** `describe` for tests that need a broker and the client of Confluent: skipped, all by name, where one is not here. */
export const describeWithConfluent: typeof describe.skip =
  folder === undefined || !hasKafka ? describe.skip : describe;

/** Says why the others of a file were skipped; on CI it fails, unless there is no compiler. */
export function saysWhetherThereIsConfluent(): void {
  it('has the client of Confluent to be tested', (context) => {
    expect(requireServer(context, 'confluent-kafka-javascript')).toBe(folder);
  });
}

/** Loads the client. */
export function loadConfluent(): Confluent {
  return createRequire(import.meta.url)(folder ?? '') as Confluent;
}
