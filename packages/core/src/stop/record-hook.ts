import { type ComponentNode, pendingOf } from '../components/component-node.js';
import type { Phase } from '../contract/phases.js';
import type { HookReport } from '../contract/report.js';
import { toReportedError } from '../report/reported-error.js';
import type { HookPorts } from './hook-ports.js';
import type { HookResult } from './hook-run.js';

/** The shortest call worth a note that it blocked the event loop, in milliseconds. */
const notableBlockMs = 200;

/** Puts the outcome of a hook where the report finds it, and tells it. */
export function recordHook(ports: HookPorts, node: ComponentNode, phase: Phase, result: HookResult): void {
  const { outcome, durationMs, blockedMs } = result;
  const error = result.error === undefined ? undefined : { error: toReportedError(result.error) };
  const pending = node.component.pending === undefined ? {} : { pendingAtEnd: pendingOf(node) };
  const hook: HookReport = { phase, outcome, durationMs, ...error, ...pending };
  node.hooks.push(hook);
  ports.emitter.emit('hook-end', { component: node.name, phase, outcome, durationMs, ...error });
  if (blockedMs >= notableBlockMs) {
    const message = `its ${phase} hook blocked the event loop for ${Math.round(blockedMs)} ms`;
    ports.note({ component: node.name, code: 'event-loop-blocked', message, count: Math.round(blockedMs) });
  }
}
