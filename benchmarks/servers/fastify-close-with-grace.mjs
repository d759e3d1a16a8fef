import closeWithGrace from 'close-with-grace';
import { createApplication, listen } from './fastify-program.mjs';

const app = createApplication();
closeWithGrace({ logger: false }, () => app.close());
await listen(app);
