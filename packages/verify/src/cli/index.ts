export { type RunJudgeOptions, runJudge } from './run-judge.js';
