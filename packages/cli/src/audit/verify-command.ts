import { type AuditVerification, isControlError, verifyAudit } from '@quiesce/control';
import type { CommandContext } from '../command/command-context.js';
import { CommandError, UsageError } from '../command/command-error.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import type { Given } from '../command/given-options.js';
import { printable } from '../text/printable.js';

/** What `quiesce audit verify` ends with. Its own, since there is no stop it could tell of. */
const auditExitCodes = { whole: 0, unreadable: 1, found: 2 } as const;

const details = `
Give the files of one log in their order, the oldest first: rotated ones, and the one that is written to. What the last
file has beside it (FILE.head) says how far the log must have got.

Exit codes: 0 whole, 1 a file cannot be read, or the command line is wrong, 2 something was found.

Example:
  quiesce audit verify /var/log/orders/audit.log.1 /var/log/orders/audit.log`;

/** `quiesce audit verify`. */
export const auditVerifyCommand: OptionsCommand = {
  kind: 'options',
  operands: [{ name: '<files...>', summary: 'the log, or its files after rotations, the oldest first' }],
  options: [
    {
      name: 'expect-head',
      value: 'SEQ:HASH',
      summary: 'a line that must be there, as an earlier run told it, kept where nobody could change it',
      standard: 'FILE.head',
    },
    { name: 'json', summary: 'print plain data' },
  ],
  details,
  run: runVerify,
};

async function runVerify({ operands, options }: Invocation, { stdout }: CommandContext): Promise<number> {
  const expected = parseHead(options.value('expect-head'));
  const verification = await verify(operands, expected);
  const text = options.flag('json')
    ? JSON.stringify(verification, undefined, 2)
    : renderVerification(verification).join('\n');
  stdout.write(`${text}\n`);
  return verification.ok ? auditExitCodes.whole : auditExitCodes.found;
}

type Head = NonNullable<AuditVerification['head']>;

async function verify(files: readonly string[], expectedHead: Head | undefined): Promise<AuditVerification> {
  try {
    return await verifyAudit(files, expectedHead === undefined ? {} : { expectedHead });
  } catch (error) {
    if (!isControlError(error, 'QUIESCE_CONTROL_AUDIT')) throw error;
    throw new CommandError(error.message, exitCodes.failed, { cause: error });
  }
}

function parseHead(given: Given | undefined): Head | undefined {
  if (given === undefined) return undefined;
  const match = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(given.text.trim());
  if (match === null)
    throw new UsageError(given.from, 'must be a number, a colon and a SHA-256 in hexadecimal', given.text);
  return { seq: Number(match[1]), hash: (match[2] ?? '').toLowerCase() };
}

/** What was found, for a person; the last line can be given back as `--expect-head`. */
function renderVerification({ ok, lines, firstSeq, head, findings }: AuditVerification): readonly string[] {
  const found = findings.map(({ file, line, problem, message }) => {
    return `${printable(file)}:${line}: ${problem}: ${printable(message)}`;
  });
  const range = firstSeq === undefined || head === undefined ? '' : `, numbers ${firstSeq} to ${head.seq}`;
  const verdict = ok ? 'whole' : 'NOT whole';
  const earlier =
    firstSeq !== undefined && firstSeq > 1 ? [`what is before number ${firstSeq} is in an earlier file`] : [];
  return [
    ...found,
    `${verdict}: ${lines} ${lines === 1 ? 'line' : 'lines'}${range}`,
    ...earlier,
    ...(head === undefined ? [] : [`head ${head.seq}:${head.hash}`]),
  ];
}
