# The tuner and the simulator of a trial, in one image: docker build -t tune:1 .
FROM node:24-slim AS build
WORKDIR /src
COPY . .
RUN npx --yes pnpm@12 install --frozen-lockfile
RUN npx --yes pnpm@12 build
RUN npx --yes pnpm@12 --recursive --filter './packages/*' --filter './apps/*' exec pnpm pack --pack-destination /packed
WORKDIR /app
RUN npm install --omit=dev --no-audit --no-fund --no-package-lock /packed/*.tgz

FROM node:24-slim
ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH
COPY --from=build /app /app
# Nothing is written but what a run needs for a while: the root may be read-only where /tmp is not.
WORKDIR /tmp
USER node
# A tuner answers where TUNE_HEALTH_PORT says.
HEALTHCHECK CMD ["tuner", "health"]
CMD ["tuner", "--help"]
