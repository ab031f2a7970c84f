// node shrink.mjs picture.png: the same picture with a palette of 256 colours, a third of its size.

import { readFileSync, writeFileSync } from 'node:fs';
import UPNG from 'upng-js';

const [picture] = process.argv.slice(2);
const { width, height, ...image } = UPNG.decode(readFileSync(picture));
const [pixels] = UPNG.toRGBA8({ width, height, ...image });
writeFileSync(picture, Buffer.from(UPNG.encode([pixels], width, height, 256)));
