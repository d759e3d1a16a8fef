#!/usr/bin/env node
import { runJudge } from './run-judge.js';

process.exitCode = await runJudge(process.argv.slice(2));
