# `npm run build:images` puts this file and all that it copies into dist/images/origin.
FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY app/ ./
# Where volumes are mounted: a new volume takes the owner and the mode of these folders.
COPY --chown=1000:1000 volumes/ /
USER 1000:1000
EXPOSE 7001 7002 50051 50052 50053 50054 9100
ENTRYPOINT ["sh", "entrypoint.sh"]
CMD ["all"]
