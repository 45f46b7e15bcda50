# One static binary on distroless, as an ordinary user, with its data on a volume.
# .ci/dockerfile-check runs the build line below and the binary in an equal folder.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# timetzdata: the image has no time zones, and days are days of the account's zone.
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags='-s -w' -o /out/surveyd ./cmd/surveyd
RUN mkdir /out/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/surveyd /surveyd
COPY --from=build --chown=65532:65532 /out/data /data
WORKDIR /data
VOLUME /data
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/surveyd"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
