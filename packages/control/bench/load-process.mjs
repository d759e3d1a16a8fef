import { load } from './load.mjs';

const [url = '', options = '{}'] = process.argv.slice(2);
const result = await load(url, JSON.parse(options));
process.send?.(result, () => process.disconnect());
