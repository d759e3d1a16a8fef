import { parseArgs } from 'node:util';

/**
 * What the demo was called with.
 * @typedef {object} DemoOptions
 * @property {boolean} broken show the service that ends on SIGTERM without further ado
 * @property {string | undefined} json where the account is written
 * @property {boolean} help
 */

export const usage = `npm start [-- options]

Puts load on a service, stops it with SIGTERM in the middle, and accounts for every request and every message.

  --broken     do the same with a service that ends as soon as SIGTERM comes
  --json FILE  write the account and the report to FILE as well
  --help
`;

/**
 * @param {readonly string[]} args
 * @returns {DemoOptions}
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      broken: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return { broken: values.broken, json: values.json, help: values.help };
}
