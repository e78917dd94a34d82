import type { LanguageModel } from 'ai';
import { z } from 'zod';
import type { AiConfig } from '../../config.ts';
import { storable } from '../../domain/text.ts';
import {
  type TextAnswer,
  type TextModel,
  TextModelFault,
  type TextRequest,
} from '../text-model.ts';

const openAiUrl = 'https://api.openai.com/v1';
const anthropicUrl = 'https://api.anthropic.com/v1';
const maxDetailLength = 300;

/** A text model behind the API of the settings. The library is loaded with the first text. */
export function createTextModel(config: AiConfig, timeoutMs: number): TextModel {
  let loaded: ReturnType<typeof load> | null = null;
  return {
    model: config.model,
    metered: true,
    async write(question, stopping) {
      loaded ??= load(config);
      const { library, model } = await loaded;
      try {
        return await ask(
          library,
          model,
          question,
          AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]),
        );
      } catch (error) {
        throw error instanceof TextModelFault ? error : faultOf(library, error, config.apiKey);
      }
    },
  };
}

type Library = typeof import('ai');

async function load({
  provider,
  url,
  apiKey,
  model,
}: AiConfig): Promise<{ library: Library; model: LanguageModel }> {
  const library = await import('ai');
  // The library would write warnings to the console.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  // A redirect that is followed would carry the key along.
  const settings = {
    apiKey,
    fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
      fetch(input, { ...init, redirect: 'error' }),
  };
  if (provider === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return {
      library,
      model: createAnthropic({ ...settings, baseURL: url ?? anthropicUrl })(model),
    };
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return {
    library,
    model: createOpenAICompatible({ ...settings, name: 'model', baseURL: url ?? openAiUrl })(model),
  };
}

async function ask(
  library: Library,
  model: LanguageModel,
  question: TextRequest,
  abortSignal: AbortSignal,
): Promise<TextAnswer> {
  const schema = z.object(Object.fromEntries(question.slots.map(({ key }) => [key, z.string()])));
  const result = await library.generateText({
    model,
    instructions: question.system,
    prompt: question.prompt,
    output: library.Output.object({ schema }),
    // The queue tries again, within the budget and across restarts.
    maxRetries: 0,
    abortSignal,
  });
  if (result.finishReason === 'content-filter')
    throw new TextModelFault('declined', 'The model declined to write this.');
  if (result.finishReason === 'length')
    throw new TextModelFault('unusable', 'The model reached its length limit before the end.');
  const { inputTokens, outputTokens } = result.totalUsage;
  return { texts: result.output, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}

const timeouts = new Set(['TimeoutError', 'AbortError']);

/** The fault that an error means. Leaves the question out, because it is about people. */
function faultOf(library: Library, error: unknown, apiKey: string): TextModelFault {
  if (
    library.APICallError.isInstance(error) &&
    error.statusCode !== undefined &&
    error.statusCode !== 200
  ) {
    const { statusCode: status, message, responseHeaders } = error;
    const answer = `The model's API answered ${status}: ${quoted(message, apiKey)}`;
    if (status === 429 || status === 529)
      return new TextModelFault('busy', answer, retryAfterOf(responseHeaders?.['retry-after']));
    if (status === 401 || status === 403)
      return new TextModelFault(
        'refused_key',
        `The model's API refuses POSTRIDER_AI_API_KEY (${status}).`,
      );
    return new TextModelFault(status >= 500 || status === 408 ? 'unreachable' : 'rejected', answer);
  }
  if (library.NoObjectGeneratedError.isInstance(error)) {
    if (error.finishReason === 'content-filter')
      return new TextModelFault('declined', 'The model declined to write this.');
    return new TextModelFault(
      'unusable',
      'The model did not answer with the texts it was asked for.',
    );
  }
  if (library.NoOutputGeneratedError.isInstance(error))
    return new TextModelFault('unusable', 'The model answered with nothing.');
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (timeouts.has(name)) return new TextModelFault('unreachable', 'The model took too long.');
  if (library.APICallError.isInstance(error) && error.statusCode === 200)
    return new TextModelFault('unusable', "The model's answer cannot be read.");
  return new TextModelFault(
    'unreachable',
    `The model's API cannot be reached: ${quoted(message, apiKey)}`,
  );
}

/** The API's message as it can be stored: cut, and without the key. */
const quoted = (message: string, apiKey: string): string =>
  storable(message.replaceAll(apiKey, '…').slice(0, maxDetailLength));

/** The wait in ms, when the header gives seconds. A date (RFC 9110 10.2.3) is ignored. */
function retryAfterOf(header: string | undefined): number | null {
  const seconds = Number(header);
  return header && Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : null;
}
