export {
  type ContractOptions,
  type ContractRunner,
  type ContractSubject,
  type ContractWork,
  componentContract,
} from './component-contract.js';
export { createManualClock, type ManualClock } from './manual-clock.js';
export { createManualSignals, type ManualSignals } from './manual-signals.js';
export { createManualStop, type HookPhase, type ManualStop, type ManualStopOptions } from './manual-stop.js';
