#!/usr/bin/env node
// Links to commands are made when packages are installed; in the repository that is before they are built.
await import('../dist/main.js');
