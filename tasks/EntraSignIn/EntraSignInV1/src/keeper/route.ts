import type { paths } from '../session/endpoint.ts';
import { refuse, toRefusal, type Answer, type Request } from './answer.ts';

/** Answers the requests to one path. */
export interface Route {
  readonly methods: readonly string[];
  readonly answer: (request: Request) => Answer | Promise<Answer>;
}

/** The routes of the keeper by their path. */
export type Routes = Readonly<Record<(typeof paths)[keyof typeof paths], Route>>;

/** Answers a request that had the key; never rejects. */
export async function answerRequest(request: Request, routes: Partial<Routes>): Promise<Answer> {
  const route = (routes as Readonly<Record<string, Route | undefined>>)[request.path];
  if (route === undefined) {
    return refuse(404, 'KEEPER_REQUEST_INVALID', 'There is nothing at this path.');
  }
  if (!route.methods.includes(request.method)) {
    return refuse(
      405,
      'KEEPER_REQUEST_INVALID',
      `The method is ${route.methods.join(' or ')} here.`,
    );
  }
  try {
    return await route.answer(request);
  } catch (thrown) {
    return toRefusal(thrown);
  }
}
