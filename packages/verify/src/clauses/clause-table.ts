import { announceClauses } from './announce.js';
import type { Clause } from './clause.js';
import { endingClauses } from './ending.js';
import { longLivedClauses } from './long-lived.js';
import { platformClauses } from './platform.js';
import { remainsClauses } from './remains.js';
import { requestClauses } from './requests.js';
import { signalClauses } from './signals.js';

/** Every clause, in the order of its id. */
export const clauses: readonly Clause[] = [
  ...requestClauses,
  ...announceClauses,
  ...endingClauses,
  ...signalClauses,
  ...remainsClauses,
  ...platformClauses,
  ...longLivedClauses,
];
