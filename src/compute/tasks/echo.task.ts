/** Answers what it was asked: how health checks learn that a worker thread is alive. */
import { defineTask } from '../task.js';

export const echoTask = defineTask({
  name: 'echo',
  run: (input: { readonly value: number }) => input.value,
});
