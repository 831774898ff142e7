export * from './queue.js';
export { identity as same, default as makeTools } from './tools.js';
