export type { StatusStoreConformanceOptions } from './testing/conformance/options.js';
export { statusStoreConformance } from './testing/status-store-conformance.js';
