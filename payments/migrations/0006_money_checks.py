from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0005_two_officers_decide'),
    ]

    operations = [
        migrations.CreateModel(
            name='MoneyCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('next_at', models.DateTimeField()),
                ('results', models.JSONField(verbose_name='results')),
                ('broken', models.PositiveIntegerField(verbose_name='broken')),
            ],
            options={
                'verbose_name': 'check of the money',
                'verbose_name_plural': 'checks of the money',
                'default_permissions': (),
            },
        ),
    ]
