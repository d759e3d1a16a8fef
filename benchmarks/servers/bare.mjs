// node:http as it comes: SIGTERM has its default action.
import { createServer, listen } from './node-program.mjs';

listen(createServer());
