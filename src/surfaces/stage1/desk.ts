/** What this surface's routes hand to the services. */
import type { ResearchDesk } from '#services/research/desk.js';

export type Stage1Desk = ResearchDesk;
