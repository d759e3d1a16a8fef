/** @typedef {import('@quiesce/core').Phase} Phase */
/** @typedef {import('../service-process.mjs').ServiceLine} ServiceLine */

/**
 * How far one phase is. Times in milliseconds; `beganMs` counts from the stop's request.
 * @typedef {object} PhaseProgress
 * @property {Phase} name
 * @property {'waiting' | 'running' | import('@quiesce/core').PhaseOutcome} state
 * @property {number} beganMs
 * @property {number} durationMs
 * @property {number} budgetMs
 * @property {number} inFlightAtStart
 * @property {string | undefined} said the last thing a component said in it
 */

/** @type {readonly Phase[]} */
const phases = ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'];

/** Follows one stop by what the service writes about it. */
export class StopProgress {
  /** @type {readonly PhaseProgress[]} */
  phases = phases.map(createPhase);
  /** @type {Extract<ServiceLine, { type: 'stop' }> | undefined} */
  stop;
  /** @type {import('@quiesce/core').ShutdownReport | undefined} */
  report;
  inFlight = 0;
  #beganAt = 0;

  /** The phase that runs. */
  get running() {
    return this.phases.find(({ state }) => state === 'running');
  }

  /**
   * Takes a line the service has written.
   * @param {ServiceLine} line
   * @param {number} nowMs when it came, on a clock of ours
   */
  apply(line, nowMs) {
    if (line.type === 'stop') {
      this.stop = line;
      this.#beganAt = nowMs;
    } else if (line.type === 'status') this.inFlight = line.inFlight;
    else if (line.type === 'phase-start') this.#begin(line.phase, line.budgetMs, nowMs);
    else if (line.type === 'phase-end') this.#end(line.phase, line.outcome, line.durationMs);
    else if (line.type === 'note' && this.running !== undefined) this.running.said = line.message;
    else if (line.type === 'report') this.report = line.report;
  }

  /**
   * Moves the running phase on.
   * @param {number} nowMs
   */
  tick(nowMs) {
    const { running } = this;
    if (running !== undefined) running.durationMs = nowMs - this.#beganAt - running.beganMs;
  }

  /**
   * @param {Phase} name
   * @param {number} budgetMs
   * @param {number} nowMs
   */
  #begin(name, budgetMs, nowMs) {
    const { inFlight } = this;
    const beganMs = nowMs - this.#beganAt;
    Object.assign(this.#phase(name), { state: 'running', budgetMs, beganMs, inFlightAtStart: inFlight });
  }

  /**
   * @param {Phase} name
   * @param {import('@quiesce/core').PhaseOutcome} outcome
   * @param {number} durationMs
   */
  #end(name, outcome, durationMs) {
    Object.assign(this.#phase(name), { state: outcome, durationMs });
  }

  /** @param {Phase} name */
  #phase(name) {
    return this.phases[phases.indexOf(name)] ?? createPhase(name);
  }
}

/**
 * @param {Phase} name
 * @returns {PhaseProgress}
 */
function createPhase(name) {
  return {
    name,
    state: 'waiting',
    beganMs: 0,
    durationMs: 0,
    budgetMs: 0,
    inFlightAtStart: 0,
    said: undefined,
  };
}
