/** Passwords that nobody has to think up. */
import { makeApiKey } from './api-key.js';

/** 24 characters of base62: 142 random bits. */
export const makePassword = () => makeApiKey().slice(4, 28);
