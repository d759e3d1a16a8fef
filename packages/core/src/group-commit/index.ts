export { createGroupCommit, type GroupCommit } from './group-commit.js';
export type { GroupCommitOptions } from './options.js';
