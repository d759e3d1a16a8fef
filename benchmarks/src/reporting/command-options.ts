import { parseArgs } from 'node:util';

/** Options of a benchmark that take a whole number, with what holds when they are not given. */
export type NumberOptions = Readonly<Record<string, number>>;

/** What every benchmark but `stops` takes. */
export interface CommandOptions<Numbers extends NumberOptions> {
  readonly numbers: { readonly [Name in keyof Numbers]: number };
  readonly only: readonly string[];
  readonly record: boolean;
}

/** @throws Error for a value that is not a whole number from 1 */
export function parseCount(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`--${name} takes a whole number from 1, not ${value}`);
  }
  return number;
}

/** Names that are separated by commas. */
export function parseNames(value: string): readonly string[] {
  return value.split(',').filter((name) => name !== '');
}

/** @throws Error for an option that is not known, or a value that is no number */
export function parseCommandOptions<const Numbers extends NumberOptions>(
  defaults: Numbers,
): CommandOptions<Numbers> {
  const numberOptions = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
  );
  const { values } = parseArgs({
    options: { ...numberOptions, only: { type: 'string' }, record: { type: 'boolean' } },
  });
  const given: Readonly<Record<string, string | boolean | undefined>> = values;
  const numbers = Object.fromEntries(
    Object.entries(defaults).map(([name, usual]) => {
      const value = given[name];
      return [name, typeof value === 'string' ? parseCount(name, value) : usual];
    }),
  ) as { [Name in keyof Numbers]: number };
  return { numbers, only: parseNames(values.only ?? ''), record: values.record ?? false };
}
