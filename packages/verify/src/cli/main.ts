#!/usr/bin/env node
import { InterruptedError, JudgeError, NotJudgeableError, VerifyOptionsError } from '../errors.js';
import { createProgram } from './program.js';

/** 0: every applicable clause passes. 1: one fails. 2: it could not be judged. 3: the judge failed. 130: interrupted. */
function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return 130;
  return error instanceof JudgeError ? 3 : 2;
}

function messageOf(error: unknown): string {
  if (error instanceof NotJudgeableError) {
    const tail = error.output.trim();
    return `quiesce-verify: ${error.message}${tail === '' ? '' : `\nits last output:\n${tail}`}`;
  }
  if (error instanceof VerifyOptionsError || error instanceof InterruptedError) {
    return `quiesce-verify: ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort());
}

try {
  process.exitCode = await createProgram(interruption.signal).run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
