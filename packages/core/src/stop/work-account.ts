import { type ComponentNode, pendingOf } from '../components/component-node.js';
import type { WorkAccount } from '../contract/component.js';
import type { ReportedCutWork, WorkReport } from '../contract/report.js';
import type { WorkTokens } from '../work/work-tokens.js';

/** How many cut pieces of work a report names one by one. */
const namedCutWork = 100;

/** Adds up what became of the work in flight during a stop. */
export interface WorkLedger {
  /** What a component says of its own work. */
  add(node: ComponentNode, work: WorkAccount): void;
  /** What was cut among the work tokens. */
  addCutTokens(cut: readonly ReportedCutWork[]): void;
  readonly cut: number;
  toReport(): WorkReport;
}

/** Opens the account at the moment a stop is asked for. */
export function openWorkLedger(nodes: readonly ComponentNode[], tokens: WorkTokens): WorkLedger {
  const tokensCompletedBefore = tokens.completed;
  const spoken = new Set<ComponentNode>();
  const named: ReportedCutWork[] = [];
  let completed = 0;
  let cut = 0;
  let inFlightAtStart = tokens.open;
  for (const node of nodes) {
    node.pendingAtStop = pendingOf(node);
    inFlightAtStart += node.pendingAtStop;
  }

  const name = (work: readonly ReportedCutWork[]): void => {
    cut += work.length;
    named.push(...work.slice(0, namedCutWork - named.length));
  };

  return {
    add(node, work) {
      spoken.add(node);
      completed += work.completed ?? 0;
      name((work.cut ?? []).map((each) => ({ component: node.name, name: each.name, ageMs: each.ageMs })));
    },
    addCutTokens: name,
    get cut() {
      return cut;
    },
    toReport() {
      // A component that can tell how much is pending, but gave no account, is judged by what is left of it.
      const silent = nodes.filter((node) => !spoken.has(node) && node.component.pending !== undefined);
      const left = silent.map((node) => ({ node, pending: pendingOf(node) }));
      const silentCut = left.reduce((total, { pending }) => total + pending, 0);
      const silentCompleted = left.reduce(
        (total, { node, pending }) => total + Math.max(0, node.pendingAtStop - pending),
        0,
      );
      return {
        inFlightAtStart,
        completed: completed + silentCompleted + tokens.completed - tokensCompletedBefore,
        cut: cut + silentCut,
        cutWork: named,
      };
    },
  };
}
