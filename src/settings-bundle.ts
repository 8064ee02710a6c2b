import './define/phone-status-settings.js';

export * from './settings.js';
