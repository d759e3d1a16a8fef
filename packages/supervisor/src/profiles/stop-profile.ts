import type { StopMode } from '@quiesce/core';

/** The modes that a profile says how to do. `force` is SIGKILL for every program. */
export type ProfileMode = Exclude<StopMode, 'force'>;

/** One signal of a stop, and when the next one follows. */
export interface StopStep {
  /** Any that a process can handle; SIGKILL is the last rung of every stop and never a step. */
  readonly signal: NodeJS.Signals;
  /**
   * Its part of the time that the steps of its mode have together, in proportion to the parts of the others. The time
   * of the last step goes on to the end in any case. @default 1
   */
  readonly share?: number;
  /**
   * What ends the step before its time. `connections-gone`: monitoring told of connections when the stop began, and
   * tells of none now. @default nothing
   */
  readonly until?: 'connections-gone';
}

/** How one mode is done. */
export interface ModeProfile {
  /** What it does to the program's clients and its data, in a few words. */
  readonly what: string;
  readonly steps: readonly [StopStep, ...StopStep[]];
}

/** Which ends of the program say that it stopped as it was told. */
export interface CleanExits {
  /** Exit codes that do, whatever was sent. @default [0] */
  readonly codes?: readonly number[];
  /** Further ones, when this signal was sent. @default none */
  readonly after?: Readonly<Partial<Record<NodeJS.Signals, readonly number[]>>>;
  /**
   * Whether it is clean to die by a signal that was sent, which is what programs do that have no handler for it.
   * @default false
   */
  readonly bySignal?: boolean;
}

/** A fact that a profile rests on, and where it stands. */
export interface ProfileSource {
  readonly fact: string;
  /** A URL, or words for what was read or run. */
  readonly source: string;
}

/** How a known program wants to be stopped, as plain data. Its JSON Schema is `schema/profile.schema.json`. */
export interface StopProfile {
  /** In kebab-case; what `--profile` takes. */
  readonly name: string;
  /** Which program it is, in a few words. */
  readonly summary: string;
  /** The names of the commands it is chosen for, without folders. @default [] */
  readonly commands?: readonly string[];
  readonly modes: { readonly graceful: ModeProfile } & Readonly<
    Partial<Record<Exclude<ProfileMode, 'graceful'>, ModeProfile>>
  >;
  readonly exits?: CleanExits;
  /** Whose monitoring endpoint tells of readiness and progress. @default nobody's */
  readonly monitoring?: 'nats-server';
  /** Where the facts come from. @default [] */
  readonly sources?: readonly ProfileSource[];
}

/** The modes of profiles, the gentlest first. */
export const profileModes: readonly ProfileMode[] = ['lame-duck', 'graceful', 'last-ditch'];
