import { type ChainHead, type ChainLink, chainStart, hashLine, parseChainLink } from './audit-line.js';
import type { FileLine } from './read-lines.js';
import type { AuditFinding, AuditProblem, AuditVerification } from './verify-audit.js';

/** Where a line is. */
interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Looks at the lines of a log, one after the other, in memory that does not grow with it. */
export interface ChainCheck {
  take(line: FileLine, place: Place): void;
  finish(): AuditVerification;
}

/** A line that is no link of the chain; the next one may explain it. */
interface Unexplained {
  readonly hash: string;
  readonly isWhole: boolean;
  readonly place: Place;
}

/** Numbers that are missing so far, first and last. */
interface Gap {
  from: number;
  to: number;
  readonly place: Place;
}

const mostFindings = 100;

/** Creates a check of a log that must have got as far as `expected`. */
export function createChainCheck(expected: ChainHead): ChainCheck {
  return new LogCheck(expected);
}

class LogCheck implements ChainCheck {
  readonly #expected: ChainHead;
  readonly #findings: AuditFinding[] = [];
  #count = 0;
  #lines = 0;
  #firstSeq: number | undefined;
  #head: ChainHead | undefined;
  #place: Place = { file: '', line: 0 };
  #unexplained: Unexplained | undefined;
  #gaps: Gap[] = [];

  constructor(expected: ChainHead) {
    this.#expected = expected;
  }

  take({ bytes, isWhole }: FileLine, place: Place): void {
    this.#lines += 1;
    const hash = hashLine(bytes);
    const link = parseChainLink(bytes.toString());
    if (link === undefined) {
      this.#reportUnexplained();
      this.#unexplained = { hash, isWhole, place };
      return;
    }
    this.#explain(link);
    this.#follow(link, hash, place);
  }

  finish(): AuditVerification {
    this.#reportUnexplained();
    for (const { from, to, place } of this.#gaps) {
      this.#add('removed', place, `before this line, ${countLines(from, to)} missing`);
    }
    this.#checkEnd();
    return {
      ok: this.#count === 0,
      lines: this.#lines,
      firstSeq: this.#firstSeq,
      head: this.#head,
      findings: this.#findings,
    };
  }

  /** What a crash has cut short is followed by a line with its hash. */
  #explain({ event, fragmentSha256 }: ChainLink): void {
    if (event === 'recovered' && fragmentSha256 === this.#unexplained?.hash) this.#unexplained = undefined;
    this.#reportUnexplained();
  }

  #reportUnexplained(): void {
    const { isWhole, place } = this.#unexplained ?? {};
    this.#unexplained = undefined;
    if (place === undefined) return;
    const why = isWhole === false ? ': it was cut short by a crash, or by somebody' : '';
    this.#add('malformed', place, `this is not a line of an audit log${why}`);
  }

  #follow({ seq, prev }: ChainLink, hash: string, place: Place): void {
    const head = this.#head;
    const isStart = seq === 1 && prev === chainStart.hash;
    if (seq === this.#expected.seq && hash !== this.#expected.hash && this.#expected.seq > 0) {
      this.#add('changed', place, `line ${seq} is not the one that was written`);
    }
    if (head === undefined) {
      this.#firstSeq = seq;
      if (seq <= 1 && !isStart) this.#add('changed', place, 'the first line of the chain was changed');
    } else if (isStart) {
      this.#add('new-chain', place, `a new chain begins; the one before had got to line ${head.seq}`);
    } else if (seq <= head.seq) {
      this.#outOfOrder(seq, place);
      return;
    } else if (seq > head.seq + 1) {
      this.#gaps.push({ from: head.seq + 1, to: seq - 1, place });
    } else if (prev !== head.hash) {
      this.#add('changed', this.#place, `line ${head.seq} was changed, or what line ${seq} says of it`);
    }
    this.#head = { seq, hash };
    this.#place = place;
  }

  #outOfOrder(seq: number, place: Place): void {
    const gap = this.#gaps.find(({ from, to }) => from <= seq && seq <= to);
    if (gap === undefined) {
      this.#add('repeated', place, `there was a line ${seq} before`);
      return;
    }
    this.#add('moved', place, `line ${seq} is not in its place`);
    const rest = [
      { from: gap.from, to: seq - 1, place: gap.place },
      { from: seq + 1, to: gap.to, place: gap.place },
    ];
    this.#gaps = this.#gaps
      .flatMap((each) => (each === gap ? rest : [each]))
      .filter(({ from, to }) => from <= to);
  }

  #checkEnd(): void {
    const seq = this.#head?.seq ?? 0;
    if (seq >= this.#expected.seq) return;
    this.#add('removed', this.#place, `after this line, ${countLines(seq + 1, this.#expected.seq)} missing`);
  }

  #add(problem: AuditProblem, place: Place, message: string): void {
    this.#count += 1;
    if (this.#findings.length < mostFindings) this.#findings.push({ problem, ...place, message });
  }
}

function countLines(from: number, to: number): string {
  return from === to ? `line ${from} is` : `lines ${from} to ${to} are`;
}
