/** What Piscina calls in a worker thread. */
export { runDay as default } from './day-task.ts'
