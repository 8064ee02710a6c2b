export { statusStoreConformance, type StatusStoreConformanceOptions } from './testing/status-store-conformance.js';
