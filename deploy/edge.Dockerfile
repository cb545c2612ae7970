# `npm run build:images` puts this file and all that it copies into dist/images/edge.
FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
COPY app/ ./
# Where volumes are mounted: a new volume takes the owner and the mode of these folders.
COPY --chown=1000:1000 volumes/ /
USER 1000:1000
EXPOSE 8080
CMD ["node", "self-host/start.js", "--skip-build"]
