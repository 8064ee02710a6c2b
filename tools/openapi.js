import { writeFileSync } from 'node:fs';
import { root } from './own-name.js';

/** Writes the OpenAPI document of the built package as the file that `phone-widget/openapi.json` names. */
const { openApi } = /** @type {{ openApi: object }} */ (await import(`${root}dist/server.js`));
writeFileSync(`${root}dist/openapi.json`, `${JSON.stringify(openApi, null, 2)}\n`);
