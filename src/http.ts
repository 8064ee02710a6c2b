export { httpStore, type HttpStoreOptions } from './stores/http-store.js';
