/** Keys and addresses of outside sources and model providers. */
import { optional, setting } from '../setting.js';
import { text, url } from '../setting-kinds.js';

export const sourceSettings = {
  databentoApiKey: optional<string>({
    name: 'DATABENTO_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Databento order-book source.',
  }),
  polygonApiKey: optional<string>({
    name: 'POLYGON_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Polygon bar source.',
  }),
  openaiApiKey: optional<string>({
    name: 'OPENAI_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the OpenAI models.',
  }),
  anthropicApiKey: optional<string>({
    name: 'ANTHROPIC_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Anthropic models.',
  }),
  googleApiKey: optional<string>({
    name: 'GOOGLE_API_KEY',
    group: 'sources',
    kind: text,
    isSecret: true,
    doc: 'Key of the Google models.',
  }),
  ollamaBaseUrl: setting({
    name: 'OLLAMA_BASE_URL',
    group: 'sources',
    kind: url('http'),
    fallback: 'http://localhost:11434',
    doc: 'Where an Ollama answers; the assistant may always reach its default host.',
  }),
};
